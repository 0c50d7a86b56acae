/** What is killed, and when. */
import { random } from '#simulator/random.ts'

export type Target = 'hub' | 'database' | 'both'

/** `at`: a failpoint; the `nth` passing springs it. */
export type Trap = { readonly at: string; readonly nth: number; readonly target: Target }

export type Trial =
  | { readonly kind: 'failpoint'; readonly trap: Trap }
  | { readonly kind: 'time'; readonly target: Target; readonly afterMs: number }

export const failpoints = [
  'after-read',
  'after-events',
  'after-receipts',
  'before-commit',
  'after-commit',
  'after-ack',
] as const

const targets: readonly Target[] = ['hub', 'database', 'both']

/** Every failpoint with every target in turn, and between them kills at any time. */
export function trialsOf(count: number, seed: number): Trial[] {
  const dice = random(seed, 0x4111)
  // Two of three kills at a failpoint, so that 20 trials pass through each of them twice.
  const pairs = failpoints.flatMap((at, i) =>
    targets.map((_, j) => ({ at, target: targets[(i + j) % 3]! })),
  )
  const ordered = pairs.toSorted((a, b) => (pairs.indexOf(a) % 3) - (pairs.indexOf(b) % 3))
  let next = 0
  return Array.from({ length: count }, (_, i): Trial => {
    if (i % 3 === 2)
      return { kind: 'time', target: targets[Math.floor(i / 3) % 3]!, afterMs: dice.int(20, 400) }
    const { at, target } = ordered[next++ % ordered.length]!
    return { kind: 'failpoint', trap: { at, target, nth: dice.int(1, 12) } }
  })
}

export function nameOf(trial: Trial): string {
  return trial.kind === 'time'
    ? `${trial.target} after ${trial.afterMs} ms`
    : `${trial.trap.target} ${trial.trap.at} #${trial.trap.nth}`
}
