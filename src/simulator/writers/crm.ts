/** The group's CRM: opportunities as JSON, pushed when they change; `orders` links the orders of a deal over companies. */
import type { Instant } from '#model/time.ts'
import type { Deal } from '../world.ts'

export type OpportunityChange = {
  readonly at: Instant
  readonly stage: string
  /** Whether the orders of the deal are already entered. */
  readonly linked: boolean
  readonly version: number
}

export function opportunityPush(deal: Deal, change: OpportunityChange): string {
  const total = deal.orders.reduce((sum, order) => sum + order.cents, 0)
  return JSON.stringify({
    type: 'opportunity.changed',
    version: change.version,
    changedAt: change.at,
    opportunity: {
      id: deal.opportunity,
      name: `${deal.customer.name} ${deal.orders.map((order) => order.company).join(' + ')}`,
      stage: change.stage,
      amount: total / 100,
      currency: deal.orders[0]!.currency,
      owner: { name: deal.owner, mail: `${deal.owner.slice(3).toLowerCase()}@nordwind.example` },
      account: {
        number: deal.customer.number,
        name: deal.customer.name,
        tier: deal.customer.tier,
        country: deal.customer.city.country,
      },
      nextStep: '',
      probability: change.stage === 'Closed Won' ? 100 : 60,
      source: 'Partner',
      orders: change.linked
        ? deal.orders.map((order) => ({
            company: order.company,
            number: order.number,
            customerPo: order.purchaseOrder,
          }))
        : [],
    },
  })
}
