/** The group's ticket desk: a JSON document per change of a ticket. */
import type { Instant } from '#model/time.ts'
import { isoText } from '../calendar.ts'
import type { CompanyOrder, Deal, Shipment } from '../world.ts'

export type TicketChange = {
  readonly number: string
  readonly at: Instant
  readonly category: 'question' | 'complaint' | 'return' | 'cancellation'
  readonly state: string
  readonly severity: 'low' | 'normal' | 'high'
  readonly subject: string
  readonly text: string
  /** What the agent found the ticket to be about; a ticket may be opened before anyone knows. */
  readonly order?: CompanyOrder
  readonly shipment?: Shipment
  readonly rma?: string
}

export function ticketDocument(deal: Deal, change: TicketChange): string {
  return JSON.stringify(
    {
      ticket: {
        number: change.number,
        category: change.category,
        state: change.state,
        severity: change.severity,
        subject: change.subject,
        description: change.text,
        requester: { name: deal.customer.name, customer: deal.customer.number, channel: 'e-mail' },
        rma: change.rma ?? null,
        about: {
          company: change.order?.company ?? null,
          order: change.order?.number ?? null,
          carrier: change.shipment?.carrier ?? null,
          tracking: change.shipment?.tracking ?? null,
        },
      },
      change: { at: isoText(change.at), by: change.state === 'new' ? 'portal' : 'agent-17' },
    },
    null,
    2,
  )
}
