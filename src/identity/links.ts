/** What an event claims about identity: its identifiers, and which of them it says are one order. */
import type { HubEvent } from '#model/event.ts'
import {
  identifierText,
  identifierTypes,
  type Identifier,
  type IdentifierText,
} from '#model/identifier.ts'

export type Claim = { readonly a: IdentifierText; readonly b: IdentifierText }

/**
 * The linking identifiers of an event as texts, the anchor first, without repeats.
 * Types that many orders share (a customer, a device) name nothing and are left out.
 */
export function linkingIdentifiers(event: HubEvent): IdentifierText[] {
  const texts: IdentifierText[] = []
  for (const id of event.identifiers) {
    if (!identifierTypes[id.type].links) continue
    const text = identifierText(id)
    if (!texts.includes(text)) texts.push(text)
  }
  return texts
}

/**
 * The pairs an event links: a star around its anchor, and a star around its first shipment-level identifier, so that a
 * delivery note and its waybill are known to be one shipment even where both hang on an order number.
 */
export function claims(event: HubEvent, texts: readonly IdentifierText[]): Claim[] {
  const pairs: Claim[] = []
  const anchor = texts[0]
  if (anchor === undefined || texts.length === 1) return pairs
  let hub: IdentifierText | undefined = isShipmentLevel(anchor) ? anchor : undefined
  for (let i = 1; i < texts.length; i++) {
    const text = texts[i]!
    pairs.push({ a: anchor, b: text })
    if (!isShipmentLevel(text)) continue
    if (hub === undefined) hub = text
    else if (hub !== anchor) pairs.push({ a: hub, b: text })
  }
  return pairs
}

function isShipmentLevel(text: IdentifierText): boolean {
  return identifierTypes[text.slice(0, text.indexOf(':')) as Identifier['type']].shipment
}

/** The key under which a claim can be voided: the source, and both identifiers in text order. */
export function voidKey(source: string, a: IdentifierText, b: IdentifierText): string {
  return a < b ? `${source}\n${a}\n${b}` : `${source}\n${b}\n${a}`
}
