/**
 * Any arrival order: random histories, permuted, repeated, with links that come late and rulings in between, must give the
 * same orders as the pure function over everything. `--seed` chooses the first history, `--trials 1` plays it
 * alone; a failing one is shrunk and shown.
 */
import { createTestDatabase } from '#store/test-database.ts'
import { figureOptions, progress, report } from '../test/support/figure.ts'
import { playOnDatabase } from '../test/support/histories/database.ts'
import { historyOf } from '../test/support/histories/history.ts'
import { truthOf } from '../test/support/histories/oracle.ts'
import { playOf } from '../test/support/histories/play.ts'
import { differenceOf, shrink, tell } from '../test/support/histories/shrink.ts'
import type { Trait } from '../test/support/histories/trait.ts'

const sizes = { ci: { trials: 10_000, onDatabase: 60 }, full: { trials: 200_000, onDatabase: 500 } }
/** Every so many histories one is played a second way. */
const secondWayEvery = 4
const shownMax = 3
const needed: readonly Trait[] = [
  'merge',
  'void',
  'restore',
  'correction',
  'cancellation',
  'fan-out',
  'many-in-one',
  'bad-pair',
  'approve',
]

const { size, seed, trials: wanted } = figureOptions()
const trials = wanted ?? sizes[size].trials
const onDatabase = Math.min(trials, sizes[size].onDatabase)
const seen = new Map<Trait, number>()

function pure(): number {
  let different = 0
  for (let i = 0; i < trials; i++) {
    const history = historyOf(seed + i)
    for (const trait of history.traits) seen.set(trait, (seen.get(trait) ?? 0) + 1)
    const found =
      differenceOf(history, 0) ?? (i % secondWayEvery === 0 ? differenceOf(history, 1) : null)
    if (found !== null && different++ < shownMax) progress(`DIFFERENT\n${tell(shrink(found))}`)
    if ((i + 1) % Math.ceil(trials / 10) === 0)
      progress(`${i + 1} histories, ${different} different`)
  }
  return different
}

async function throughTheHub(): Promise<number> {
  await using database = await createTestDatabase()
  let different = 0
  for (let i = 0; i < onDatabase; i++) {
    const history = historyOf(seed + i)
    const hash = await playOnDatabase(playOf(history, 2), database, i + 1).catch(
      (error: Error) => `${error.stack}`,
    )
    if (hash === truthOf(history).hash) continue
    different++
    progress(`DIFFERENT on the database: seed ${history.seed}, way 2: ${hash}`)
  }
  progress(`${onDatabase} histories on the database, ${different} different`)
  return different
}

progress(`histories of the seeds ${seed} to ${seed + trials - 1}`)
const different = pure()
const differentOnDatabase = await throughTheHub()
const missing = needed.filter((trait) => !seen.has(trait))
if (missing.length > 0) progress(`never seen: ${missing.join(', ')}`)
report(
  'promise:order',
  {
    trials,
    different,
    trialsOnDatabase: onDatabase,
    differentOnDatabase,
    seedFirst: seed,
    seen: Object.fromEntries(seen),
  },
  different === 0 && differentOnDatabase === 0 && (missing.length === 0 || wanted !== undefined),
)
