/** What sales and the ticket desk write about a deal. */
import type { Instant } from '#model/time.ts'
import { dayMs, hourMs } from '../calendar.ts'
import type { CompanyOrder, Shipment } from '../world.ts'
import { opportunityPush } from '../writers/crm.ts'
import { ticketDocument, type TicketChange } from '../writers/tickets.ts'
import type { Teller } from './teller.ts'

/** The opportunity before the order; `linked` weeks later when sales forgets to fill in the order numbers. */
export function opportunity(teller: Teller, openedAt: Instant, orderedAt: Instant): void {
  const { deal, dice, know, tell } = teller
  if (deal.opportunity === null) return
  know('crm', 'opportunity', deal.opportunity)
  const push = (at: Instant, stage: string, linked: boolean, version: number, essential: boolean) =>
    tell('crm', 'opportunity', at, (at) => opportunityPush(deal, { at, stage, linked, version }), {
      lag: [0.1, 2],
      essential,
    })
  push(openedAt, 'Proposal', false, 1, false)
  push(orderedAt - hourMs / 2, 'Closed Won', false, 2, true)
  const linkedAt =
    orderedAt + (dice.chance(0.3) ? dice.between(14, 28) : dice.between(0.1, 2)) * dayMs
  push(Math.floor(linkedAt), 'Closed Won', true, 3, true)
}

/** A ticket that is opened before anyone knows what it is about, then attached, then solved. */
export function question(
  teller: Teller,
  order: CompanyOrder,
  shipment: Shipment | undefined,
  at: Instant,
  category: 'question' | 'complaint',
): void {
  const ticket = opener(teller, 0)
  const subject = category === 'question' ? 'Where is my order?' : 'Delivery problem'
  const text = `${order.purchaseOrder} should have been here. Please advise.`
  const about = shipment === undefined ? { order } : { order, shipment }
  const base = {
    category,
    severity: category === 'question' ? 'normal' : 'high',
    subject,
    text,
  } as const
  ticket(at, { ...base, state: 'new' }, false)
  ticket(at + 2 * hourMs, { ...base, state: 'open', ...about }, true)
  ticket(at + 30 * hourMs, { ...base, state: 'solved', ...about }, false)
}

/** A customer asks to cancel. */
export function cancellationRequest(teller: Teller, order: CompanyOrder, at: Instant): void {
  opener(teller, 1)(
    at,
    {
      category: 'cancellation',
      severity: 'normal',
      subject: 'Please cancel our order',
      text: 'Budget was withdrawn.',
      state: 'open',
      order,
    },
    true,
  )
}

/** A return is agreed on; gives its RMA number. */
export function returnRequest(teller: Teller, order: CompanyOrder, at: Instant): string {
  const rma = `RMA-${60_000 + teller.deal.index}`
  teller.know(order.company, 'return', rma)
  opener(teller, 1)(
    at,
    {
      category: 'return',
      severity: 'normal',
      subject: 'Return',
      text: 'Wrong configuration, unopened.',
      state: 'open',
      order,
      rma,
    },
    true,
  )
  return rma
}

function opener(teller: Teller, nth: number) {
  const number = `T-${400_000 + teller.deal.index * 2 + nth}`
  teller.know('desk', 'ticket', number)
  return (at: Instant, change: Omit<TicketChange, 'number' | 'at'>, essential: boolean) =>
    teller.tell(
      'tickets',
      'ticket',
      at,
      (at) => ticketDocument(teller.deal, { number, at, ...change }),
      { lag: [0.1, 2], essential },
    )
}
