/** Collects what the systems say about one deal, and bends it as the faults demand. */
import type { Identifier, IdentifierType } from '#model/identifier.ts'
import type { Instant } from '#model/time.ts'
import { dayMs, hourMs, minuteMs } from '../calendar.ts'
import type { Random } from '../random.ts'
import type { Deal, HoldTruth, ShipmentTruth, SourceName, Telling } from '../world.ts'

/** How often things go wrong, as probabilities per statement; `poison` and `duplicates` also strike whole messages. */
export type Faults = {
  readonly duplicates: number
  readonly late: number
  readonly missing: number
  readonly wrongClocks: number
  readonly renamed: number
  readonly poison: number
}

export const noFaults: Faults = {
  duplicates: 0,
  late: 0,
  missing: 0,
  wrongClocks: 0,
  renamed: 0,
  poison: 0,
}
export const usualFaults: Faults = {
  duplicates: 0.02,
  late: 0.02,
  missing: 0.01,
  wrongClocks: 0.01,
  renamed: 0.02,
  poison: 0.01,
}

/** Maps story time to the time on the clocks; the identity in a plain world, compressed after "now" in the demo. */
export type Warp = (at: Instant) => Instant

export type TellOptions = {
  /** Minutes until the hub hears it, [least, most]. */
  readonly lag?: readonly [number, number]
  readonly essential?: boolean
  readonly records?: number
  /** Whether this statement comes from a device whose clock may be wrong. */
  readonly clock?: boolean
  readonly renamed?: boolean
}

export type Teller = {
  readonly deal: Deal
  readonly dice: Random
  readonly tellings: Telling[]
  readonly identifiers: Map<string, Identifier>
  readonly shipments: ShipmentTruth[]
  readonly holds: HoldTruth[]
  readonly warp: Warp
  /** A date that lies days ahead: calendars do not run faster in a compressed world. */
  readonly ahead: (from: Instant, to: Instant) => Instant
  /** `text` gets the instant to write (clock faults included) and a control number. */
  readonly tell: (
    source: SourceName,
    kind: string,
    at: Instant,
    text: (at: Instant, control: string) => string,
    options?: TellOptions,
  ) => void
  readonly know: (ns: string, type: IdentifierType, value: string) => void
  /** Rolls whether a system uses a word nobody announced. */
  readonly renames: () => boolean
}

export function teller(deal: Deal, dice: Random, faults: Faults, warp: Warp): Teller {
  const tellings: Telling[] = []
  const identifiers = new Map<string, Identifier>()
  const skew =
    faults.wrongClocks > 0 && dice.chance(faults.wrongClocks * 4)
      ? dice.pick([-26, -9, 7, 31]) * hourMs
      : 0
  return {
    deal,
    dice,
    tellings,
    identifiers,
    warp,
    shipments: [],
    holds: [],
    ahead: (from, to) => warp(from) + (to - from),
    renames: () => faults.renamed > 0 && dice.chance(faults.renamed),
    know: (ns, type, value) => void identifiers.set(`${type}:${ns}:${value}`, { ns, type, value }),
    tell: (source, kind, at, text, options = {}) => {
      const {
        lag = [1, 12],
        essential = false,
        records = 1,
        clock = false,
        renamed = false,
      } = options
      const bends = bend(dice, faults, essential)
      if (bends.missing) return
      const shown = warp(at) + (clock ? skew : 0)
      const heard = at + dice.between(lag[0], lag[1]) * minuteMs + bends.lateMs
      const telling: Telling = {
        source,
        kind,
        happened: warp(at),
        at: Math.max(warp(at), warp(heard)),
        essential,
        records,
        ...(bends.lateMs > 0 ? { late: true as const } : {}),
        ...(clock && skew !== 0 ? { wrongClock: true as const } : {}),
        ...(renamed ? { renamed: true as const } : {}),
        text: (control) => text(shown, control),
      }
      tellings.push(telling)
      if (bends.againMs > 0)
        tellings.push({ ...telling, at: Math.max(telling.at, warp(heard + bends.againMs)) })
    },
  }
}

function bend(
  dice: Random,
  faults: Faults,
  essential: boolean,
): { missing: boolean; lateMs: number; againMs: number } {
  const roll = dice.next()
  const amount = dice.next()
  if (roll < faults.missing) return { missing: !essential, lateMs: 0, againMs: 0 }
  if (roll < faults.missing + faults.late)
    return { missing: false, lateMs: (0.3 + amount * 8) * dayMs, againMs: 0 }
  const again = roll < faults.missing + faults.late + faults.duplicates
  return { missing: false, lateMs: 0, againMs: again ? amount * 30 * hourMs + minuteMs : 0 }
}
