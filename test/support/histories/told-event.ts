/** Random events of a few systems, sealed with the id of their content. */
import { hash } from 'node:crypto'
import type { FactValue, HubEvent, Part } from '#model/event.ts'
import type { Identifier } from '#model/identifier.ts'
import { milestones } from '#model/milestone.ts'
import type { Random } from '#simulator/random.ts'

export const systems = [
  { name: 'servers-erp', company: 'servers', region: 'EMEA' },
  { name: 'storage-drop', company: 'storage', region: 'APAC' },
  { name: 'carrier', company: 'carriers', region: 'GLOBAL' },
  { name: 'desk', company: 'group', region: 'GLOBAL' },
] as const

const from = Date.UTC(2026, 8, 1)
const minuteMs = 60_000

export function eventOf(identifiers: readonly Identifier[], dice: Random): HubEvent {
  const system = dice.pick(systems)
  const classifier = dice.chance(0.75) ? 'ACT' : dice.pick(['PLN', 'EST', 'REQ'] as const)
  const milestone = dice.chance(0.08)
    ? 'unknown'
    : dice.chance(0.1)
      ? 'note'
      : dice.pick(milestones)
  const time = timeOf(dice)
  return seal({
    source: system.name,
    company: system.company,
    region: system.region,
    milestone,
    classifier,
    time,
    identifiers,
    ...(classifier === 'ACT' || dice.chance(0.3) ? {} : { told: timeOf(dice).at }),
    sequence: dice.chance(0.4) ? dice.int(1, 5) : 0,
    part: partOf(identifiers, dice),
    ...(milestone === 'unknown' || dice.chance(0.5) ? { words: `word ${dice.int(1, 3)}` } : {}),
    ...(dice.chance(0.2) ? { substatus: dice.pick(['at hub', 'refused', 'weather']) } : {}),
    ...(dice.chance(0.15)
      ? {
          hold: {
            kind: dice.pick(['credit', 'customs']),
            action: dice.pick(['placed', 'released'] as const),
          },
        }
      : {}),
    ...(dice.chance(0.5) ? { facts: factsOf(dice) } : {}),
    ...(dice.chance(0.2)
      ? { lines: { '10': { quantity: dice.int(1, 3) }, '20': { sku: dice.pick(['A', 'B']) } } }
      : {}),
  })
}

function partOf(identifiers: readonly Identifier[], dice: Random): Part {
  const shipment = identifiers.find(({ type }) => type === 'delivery' || type === 'tracking')
  if (shipment !== undefined && dice.chance(0.7)) return { kind: 'shipment', key: shipment.value }
  return dice.chance(0.2) ? { kind: 'line', key: dice.pick(['10', '20']) } : { kind: 'order' }
}

function factsOf(dice: Random): Record<string, FactValue> {
  const facts: Record<string, FactValue> = {}
  if (dice.chance(0.6)) facts['customer'] = dice.pick(['Acme', 'ACME GmbH', 'Acme Corp.'])
  if (dice.chance(0.4)) facts['value'] = dice.int(1, 4) * 100
  if (dice.chance(0.3)) facts['promised'] = dice.pick(['2026-10-01', '2026-10-08'])
  return facts
}

/** The same fact told again, as sources do: other free text, the same id. */
export function retold(event: HubEvent, dice: Random): HubEvent {
  const words = event.milestone === 'unknown' ? {} : { words: `said ${dice.int(1, 9)}` }
  return {
    ...event,
    ...words,
    reason: `because ${dice.int(1, 9)}`,
    place: { city: dice.pick(['Ghent', 'Lille']) },
  }
}

/** Gives an event the id of its content; free text takes no part. */
export function seal(event: Omit<HubEvent, 'id'>): HubEvent {
  const { words, reason: _reason, place: _place, ...content } = event as HubEvent
  const counted = event.milestone === 'unknown' ? { ...content, words } : content
  const id = hash(
    'sha256',
    JSON.stringify({ ...counted, id: '', time: [event.time.at, event.time.certainty] }),
  ).slice(0, 32)
  return { ...event, id }
}

/** Times are few, so that ties are frequent. */
export function timeOf(dice: Random): HubEvent['time'] {
  const at = from + dice.int(0, 40) * minuteMs
  return { at, text: new Date(at).toISOString(), certainty: 'instant' }
}
