/** The kinds of identifier the hub knows; `links` says whether sharing one makes two records speak of one order. */
export const identifierTypes = {
  order: { label: 'Order', rank: 0, links: true, shipment: false },
  'purchase-order': { label: 'Customer PO', rank: 1, links: true, shipment: false },
  quote: { label: 'Quote', rank: 2, links: true, shipment: false },
  opportunity: { label: 'Opportunity', rank: 3, links: true, shipment: false },
  invoice: { label: 'Invoice', rank: 4, links: true, shipment: false },
  production: { label: 'Production order', rank: 5, links: true, shipment: false },
  delivery: { label: 'Delivery', rank: 6, links: true, shipment: true },
  shipment: { label: 'Shipment', rank: 7, links: true, shipment: true },
  tracking: { label: 'AWB / tracking', rank: 8, links: true, shipment: true },
  bol: { label: 'Bill of lading', rank: 9, links: true, shipment: true },
  container: { label: 'Container', rank: 10, links: false, shipment: false },
  package: { label: 'Package (SSCC)', rank: 11, links: true, shipment: true },
  serial: { label: 'Serial number', rank: 12, links: true, shipment: false },
  mac: { label: 'MAC', rank: 13, links: true, shipment: false },
  device: { label: 'Device', rank: 14, links: false, shipment: false },
  ticket: { label: 'Ticket', rank: 15, links: true, shipment: false },
  return: { label: 'Return (RMA)', rank: 16, links: true, shipment: false },
  customer: { label: 'Customer', rank: 17, links: false, shipment: false },
  message: { label: 'EDI control number', rank: 18, links: false, shipment: false },
} as const

export type IdentifierType = keyof typeof identifierTypes

/** (namespace, type, value). The namespace is the issuer: a company, a carrier, a customer. Values are trimmed, upper case. */
export type Identifier = {
  readonly ns: string
  readonly type: IdentifierType
  readonly value: string
}

/** An identifier as one text, `type:ns:value`; types and namespaces hold no colon before the first two. */
export type IdentifierText = string

/** `tracking:fedex:794612345678`. A namespace may hold colons (`customer:4711`): the type ends at the first, the value starts at the last. */
export function identifierText(id: Identifier): IdentifierText {
  return `${id.type}:${id.ns}:${id.value.includes(':') ? id.value.replaceAll(':', '%3A') : id.value}`
}

/** The reverse of `identifierText`. */
export function parseIdentifierText(text: IdentifierText): Identifier {
  const first = text.indexOf(':')
  const last = text.lastIndexOf(':')
  return {
    type: text.slice(0, first) as IdentifierType,
    ns: text.slice(first + 1, last),
    value: text.slice(last + 1).replaceAll('%3A', ':'),
  }
}

/** Orders identifiers by the rank of their type, then by text: the least one names the order (its golden id). */
export function compareIdentifierTexts(a: IdentifierText, b: IdentifierText): number {
  const rank = rankOf(a) - rankOf(b)
  return rank !== 0 ? rank : a < b ? -1 : a > b ? 1 : 0
}

function rankOf(text: IdentifierText): number {
  return identifierTypes[text.slice(0, text.indexOf(':')) as IdentifierType].rank
}
