import { readName } from './names.ts'
import type { Proposal } from './propose.ts'

/** Of the names of fields, how many must be understood before it is believed that none is of an order. */
const understoodMin = 0.6

/**
 * Whether records are readable, their fields (or at least their file) are named in words that are understood, and none of them
 * links to an order or a shipment: customers, products, prices, places.
 */
export function isReference({ fields, reading, topic }: Proposal): boolean {
  if (fields.length === 0 || reading.trees.length === 0) return false
  const links = /^id:(?!customer|device|message|container)/
  const linked = fields.some(({ role }) => role !== null && links.test(role))
  if (linked) return false
  const understood = fields.filter(({ field, role }) => {
    const name = readName(field.segments.filter((one) => one !== '[]').at(-1) ?? '')
    return role !== null || name.concepts.size > 0
  })
  return understood.length >= fields.length * understoodMin || isNamedReference(topic)
}

/** What a file is called, where its columns have no names: `Location`, `ProductVendor`, and not `PurchaseOrderHeader`. */
function isNamedReference(topic: string): boolean {
  const { concepts, strange } = readName(topic)
  const told = [
    'order',
    'purchase',
    'invoice',
    'return',
    'delivery',
    'track',
    'event',
    'status',
  ] as const
  const sent = concepts.has('ship') && !concepts.has('service')
  return concepts.size > 0 && strange === 0 && !sent && !told.some((one) => concepts.has(one))
}
