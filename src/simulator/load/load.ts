/** Load for measurements: receipts of realistic shape and size with known numbers of events, generated cheaply. */
import type { Buffer } from 'node:buffer'
import type { Instant } from '#model/time.ts'
import { envelop, type Extra } from '../batches.ts'
import { poison } from '../poison.ts'
import { random, type Random } from '../random.ts'
import type { SourceName } from '../world.ts'
import { jsonRecipes, mixedRecipes, type Recipe, type Step } from './recipes.ts'
import type { Gaps } from './template.ts'

export type Load = {
  readonly seed: number
  /** At least this many good events; the last receipts may bring a few more. */
  readonly events: number
  /** `mixed`: by events half JSON, a fifth CSV, the rest X12 and IDoc XML. `json`: scans, carrier and CRM. */
  readonly mix: 'mixed' | 'json'
  /** Share of broken records among all, 0 where not given. */
  readonly poison?: number
  /** Orders alive at a time. */
  readonly active?: number
  /** The first order's number; loads with ranges that do not overlap touch different orders. */
  readonly firstOrder?: number
  /** Event times begin here and advance by `stepMs` an event (5 where not given). */
  readonly from?: Instant
  readonly stepMs?: number
}

/** One receipt: `events` its good records make, `records` inside, `poison` of them broken. */
export type LoadReceipt = {
  readonly source: SourceName
  readonly bytes: Buffer
  readonly events: number
  readonly records: number
  readonly poison: number
}

type Pile = {
  readonly source: SourceName
  readonly kind: string
  readonly texts: Extra[]
  events: number
  poison: number
  full: number
}

/** Records per receipt, [least, most]. */
const sizes: Readonly<Partial<Record<SourceName, readonly [number, number]>>> = {
  'warehouse-scans': [200, 500],
  'carrier-fedex': [200, 500],
  crm: [200, 500],
  'storage-csv': [450, 550],
  'networking-edi': [20, 50],
  'servers-sap': [8, 12],
}

const defaultFrom = Date.UTC(2026, 8, 1)

/** Yields the receipts of a load; orders evolve interleaved, each from its first event to its last. */
export function* simulateLoad(load: Load): Generator<LoadReceipt, void, undefined> {
  const dice = random(load.seed, 0x10ad)
  const recipes = load.mix === 'mixed' ? mixedRecipes() : jsonRecipes()
  const piles = new Map<string, Pile>()
  const next = walker(load, recipes, dice)
  const broken = load.poison ?? 0
  let control = 1
  for (let events = 0; events < load.events;) {
    const { step, gaps } = next()
    const pile = pileOf(piles, step.source, step.kind, dice)
    // Written now: the gaps are filled anew for the next step.
    const text = writtenBy(step, gaps)
    pile.texts.push({ kind: step.kind, text })
    pile.events += step.events
    events += step.events
    // A poisoned share p of all records is p / (1 - p) of the good ones.
    if (broken > 0 && dice.next() < broken / (1 - broken)) {
      pile.texts.push(poison(step.source, step.kind, events))
      pile.poison++
    }
    if (pile.texts.length >= pile.full) yield seal(piles, pile, load, control++)
  }
  // Sealing takes a pile off the map, which its iteration allows.
  for (const pile of piles.values()) yield seal(piles, pile, load, control++)
}

// Sets carry the number they get in their interchange, so they are written with it when it is sealed.
function writtenBy(step: Step, gaps: Gaps): (control: string) => string {
  const filled = { ...gaps }
  if (step.kind !== '') return (control) => step.write({ ...filled, control })
  const text = step.write(filled)
  return () => text
}

function pileOf(piles: Map<string, Pile>, source: SourceName, kind: string, dice: Random): Pile {
  const key = source === 'servers-sap' ? kind : source
  let pile = piles.get(key)
  if (pile === undefined) {
    const [least, most] = sizes[source]!
    piles.set(
      key,
      (pile = { source, kind, texts: [], events: 0, poison: 0, full: dice.int(least, most) }),
    )
  }
  return pile
}

function seal(piles: Map<string, Pile>, pile: Pile, load: Load, control: number): LoadReceipt {
  piles.delete(pile.source === 'servers-sap' ? pile.kind : pile.source)
  const bytes = envelop(
    { source: pile.source, kind: pile.kind, sendAt: load.from ?? defaultFrom },
    pile.texts,
    control,
  )
  return {
    source: pile.source,
    bytes,
    events: pile.events,
    records: pile.texts.length,
    poison: pile.poison,
  }
}

// Picks an order at random and takes it one step further; finished orders make room for new ones.
function walker(
  load: Load,
  recipes: readonly Recipe[],
  dice: Random,
): () => { step: Step; gaps: Gaps } {
  const active = load.active ?? 20_000
  const orders = new Uint32Array(active)
  const steps = new Uint8Array(active)
  const first = load.firstOrder ?? 0
  let fresh = first
  for (let slot = 0; slot < active; slot++) orders[slot] = fresh++
  let at = load.from ?? defaultFrom
  const gaps: Gaps = {
    order: '',
    po: '',
    delivery: '',
    tracking: '',
    opportunity: '',
    control: '',
    at,
  }
  return () => {
    const slot = Math.floor(dice.next() * active)
    const number = orders[slot]!
    const recipe = recipes[number % recipes.length]!
    const step = recipe.steps[steps[slot]!]!
    if (steps[slot]! + 1 < recipe.steps.length) steps[slot]!++
    else {
      orders[slot] = fresh++
      steps[slot] = 0
    }
    at += load.stepMs ?? 5
    gaps.order = String(10_000_000 + number)
    gaps.po = `PO-${number}`
    gaps.delivery = String(200_000_000 + number)
    gaps.tracking = String(794_000_000_000 + number)
    gaps.opportunity = `OPP-L${number}`
    gaps.at = at
    return { step, gaps }
  }
}
