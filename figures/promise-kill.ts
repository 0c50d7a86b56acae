/**
 * Killed at any moment: a hub under half of its load loses its process, its database or both, by SIGKILL, at every named
 * failpoint and at seeded times. Nothing acknowledged is lost, nothing stands twice, and the orders are those of a hub that
 * never failed and of the pure function over everything sent.
 */
import { mkdtempSync, rmSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatNamed } from '#formats/registry.ts'
import { loadSources } from '#flow/load-sources.ts'
import { figureOptions, percentile, progress, report } from '../test/support/figure.ts'
import { runCampaign, worldOf, type Outcome } from '../test/support/kill/campaign.ts'
import { startHub } from '../test/support/kill/hub-process.ts'
import { failpoints, trialsOf, type Trial } from '../test/support/kill/trial.ts'
import { judge, type Verdict } from '../test/support/kill/verdict.ts'

const trialsPerRound = 20
const readyMsP95Max = 10_000
const perSecondMax = 400
const measured = 800

const { size, seed } = figureOptions()
const rounds = size === 'ci' ? 1 : 15
const { sources } = await loadSources(join(import.meta.dirname, '..', 'company'), formatNamed)
const home = mkdtempSync(join(tmpdir(), 'orderhub-kill-'))
chmodSync(home, 0o755)

/** A hub that never fails: how much it takes a second, and what it makes of the same messages. */
async function unfailed(): Promise<{
  perSecond: number
  finish: (outcome: Outcome) => Promise<Verdict>
}> {
  const dir = mkdtempSync(join(home, 'unfailed-'))
  chmodSync(dir, 0o755)
  const hub = await startHub(dir, () => undefined)
  const messages = worldOf(seed)
  const feed = async (count: number): Promise<void> => {
    let left = count
    const worker = async (): Promise<void> => {
      while (left-- > 0) await hub.send(messages.next().value!)
    }
    await Promise.all(Array.from({ length: 96 }, worker))
  }
  const from = performance.now()
  await feed(measured)
  const perSecond = (measured * 1000) / (performance.now() - from)
  return {
    perSecond,
    finish: async (outcome) => {
      await feed(outcome.sent.length - measured)
      await hub.stop()
      return judge(dir, outcome, sources)
    },
  }
}

async function round(
  nth: number,
  perSecond: number,
): Promise<{ trials: readonly Trial[]; outcome: Outcome; verdict: Verdict }> {
  const dir = mkdtempSync(join(home, 'round-'))
  chmodSync(dir, 0o755)
  const trials = trialsOf(trialsPerRound, seed + nth)
  const outcome = await runCampaign({ dir, seed: seed + nth, trials, perSecond, log: progress })
  const verdict = await judge(join(dir, 'data'), outcome, sources)
  progress(
    `round ${nth + 1}: ${outcome.acknowledged.length} acknowledged, ${verdict.events} events, ${verdict.lost} lost, ${verdict.duplicated} duplicated, hash ${verdict.hash === verdict.expectedHash ? 'as expected' : 'DIFFERENT'}`,
  )
  for (const problem of verdict.problems) progress(`PROBLEM ${problem}`)
  rmSync(dir, { recursive: true, force: true })
  return { trials, outcome, verdict }
}

async function main(): Promise<void> {
  const reference = await unfailed()
  const perSecond = Math.min(perSecondMax, reference.perSecond / 2)
  progress(
    `the hub takes ${Math.round(reference.perSecond)} messages/s; fed with ${Math.round(perSecond)}`,
  )
  const done = [await round(0, perSecond)]
  const calm = await reference.finish(done[0]!.outcome)
  progress(
    `the hub that never failed: hash ${calm.hash === done[0]!.verdict.hash ? 'the same' : 'DIFFERENT'}`,
  )
  for (let nth = 1; nth < rounds; nth++) done.push(await round(nth, perSecond))
  const sum = (of: (one: (typeof done)[number]) => number): number =>
    done.reduce((total, one) => total + of(one), 0)
  const differs = (verdict: Verdict): number => (verdict.hash === verdict.expectedHash ? 0 : 1)
  const figures = {
    trials: sum(({ trials }) => trials.length),
    lost: sum(({ verdict }) => verdict.lost),
    duplicated: sum(({ verdict }) => verdict.duplicated),
    different:
      sum(({ verdict }) => differs(verdict)) + (calm.hash === done[0]!.verdict.hash ? 0 : 1),
    problems: sum(({ verdict }) => verdict.problems.length),
    readyMsP95: Math.round(
      percentile(
        done.flatMap(({ outcome }) => outcome.readyMs),
        0.95,
      ),
    ),
    acknowledged: sum(({ outcome }) => outcome.acknowledged.length),
    seedFirst: seed,
    sometimes: sometimes(done, sum),
  }
  const vacuous = Object.entries(figures.sometimes)
    .filter(([, count]) => count === 0)
    .map(([name]) => name)
  if (vacuous.length > 0) progress(`never happened: ${vacuous.join(', ')}`)
  const clean = figures.lost + figures.duplicated + figures.different + figures.problems === 0
  report(
    'promise:kill',
    figures,
    clean && figures.readyMsP95 <= readyMsP95Max && vacuous.length === 0,
  )
}

/** A run that never got into a nasty state has shown nothing. */
function sometimes(
  done: readonly { trials: readonly Trial[]; outcome: Outcome }[],
  sum: (of: (one: { trials: readonly Trial[]; outcome: Outcome }) => number) => number,
): Record<string, number> {
  const struck = (matches: (trial: Trial) => boolean): number =>
    done.reduce((total, { trials }) => total + trials.filter(matches).length, 0)
  const counts: Record<string, number> = {
    underLoad: sum(({ outcome }) => outcome.underLoad),
    committedButNotAnswered: sum(({ outcome }) => outcome.alreadyThere),
    databaseAdopted: sum(({ outcome }) => outcome.adopted),
  }
  for (const at of failpoints)
    counts[at] = struck((trial) => trial.kind === 'failpoint' && trial.trap.at === at)
  for (const target of ['hub', 'database', 'both']) {
    counts[`any time, ${target}`] = struck(
      (trial) => trial.kind === 'time' && trial.target === target,
    )
  }
  return counts
}

try {
  await main()
} finally {
  rmSync(home, { recursive: true, force: true })
}
