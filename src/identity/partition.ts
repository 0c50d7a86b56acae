/**
 * Identity as one pure function over everything that was ever claimed: which events and identifiers make one order.
 * The hub works incrementally; this function is what it must agree with, and what splits an order after an unlink.
 */
import type { HubEvent } from '#model/event.ts'
import type { IdentifierText } from '#model/identifier.ts'
import { claims, linkingIdentifiers, voidKey, type Claim } from './links.ts'
import { overFanOut } from './guard.ts'

/** `voided`: keys of `voidKey`; `approved`: identifiers that a person allowed to link beyond the guard. */
export type Rulings = {
  readonly voided: ReadonlySet<string>
  readonly approved: ReadonlySet<IdentifierText>
}

/**
 * One event with what it may claim: no voided pair, no suspended identifier but its own anchor.
 * `held`: pairs it makes that are not void and yet not admitted; they still count for the fan-out of both sides.
 */
export type Admitted = {
  readonly event: HubEvent
  readonly ids: IdentifierText[]
  readonly links: Claim[]
  readonly held: Claim[]
}

export type Group = { readonly members: Admitted[] }

/** Identifiers over their fan-out among these events' claims. */
export function suspended(events: readonly HubEvent[], rulings: Rulings): Set<IdentifierText> {
  const neighbours = new Map<IdentifierText, Set<IdentifierText>>()
  const meet = (a: IdentifierText, b: IdentifierText): void => {
    let set = neighbours.get(a)
    if (set === undefined) neighbours.set(a, (set = new Set()))
    set.add(b)
  }
  for (const event of events) {
    for (const { a, b } of claims(event, linkingIdentifiers(event))) {
      if (rulings.voided.has(voidKey(event.source, a, b))) continue
      meet(a, b)
      meet(b, a)
    }
  }
  const over = new Set<IdentifierText>()
  for (const [id, set] of neighbours)
    if (!rulings.approved.has(id) && overFanOut(id, set)) over.add(id)
  return over
}

/** What an event may claim under the rulings: its identifiers that still link, and its pairs. */
export function admit(
  event: HubEvent,
  voided: ReadonlySet<string>,
  isSuspended: (id: IdentifierText) => boolean,
): Admitted {
  const texts = linkingIdentifiers(event)
  const ids: IdentifierText[] = []
  const anchor = texts[0]
  if (anchor !== undefined) ids.push(anchor)
  const links: Claim[] = []
  const held: Claim[] = []
  for (const claim of claims(event, texts)) {
    if (voided.size > 0 && voided.has(voidKey(event.source, claim.a, claim.b))) continue
    // A pair whose own left side was cut off must not carry its right side along.
    if (isSuspended(claim.a) || isSuspended(claim.b) || !ids.includes(claim.a)) {
      held.push(claim)
      continue
    }
    links.push(claim)
    if (!ids.includes(claim.b)) ids.push(claim.b)
  }
  return { event, ids, links, held }
}

export type NotAdmitted = {
  readonly identifier: IdentifierText
  readonly other: IdentifierText
  readonly isVoid: boolean
}

/** The pairs an event makes and may not, void or held back, once under each of their sides. */
export function notAdmitted(
  { event, links }: Admitted,
  voided: ReadonlySet<string>,
): NotAdmitted[] {
  const all = claims(event, linkingIdentifiers(event))
  if (all.length === links.length) return []
  const pairs: NotAdmitted[] = []
  for (const { a, b } of all) {
    if (links.some((link) => link.a === a && link.b === b)) continue
    const isVoid = voided.has(voidKey(event.source, a, b))
    pairs.push({ identifier: a, other: b, isVoid }, { identifier: b, other: a, isVoid })
  }
  return pairs
}

/** Connected components of the admitted events: each group is one order. */
export function partition(admitted: readonly Admitted[]): Group[] {
  const parent = new Map<IdentifierText, IdentifierText>()
  const find = (id: IdentifierText): IdentifierText => {
    let root = id
    for (let up = parent.get(root); up !== undefined && up !== root; up = parent.get(root))
      root = up
    parent.set(id, root)
    return root
  }
  for (const { ids } of admitted) {
    const root = find(ids[0]!)
    for (const id of ids) parent.set(find(id), root)
  }
  const groups = new Map<IdentifierText, Admitted[]>()
  for (const entry of admitted) {
    const root = find(entry.ids[0]!)
    const members = groups.get(root)
    if (members === undefined) groups.set(root, [entry])
    else members.push(entry)
  }
  return [...groups.values()].map((members) => ({ members }))
}
