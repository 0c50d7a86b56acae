/**
 * A check that cannot fail is no check: known bugs are planted one by one in a copy of the program, and the quick check of
 * the promise each of them breaks must notice.
 */
import { startTestServer } from '#store/test-database.ts'
import { figureOptions, progress, report } from '../test/support/figure.ts'
import { bugs, type Bug } from '../test/support/planted/bugs.ts'
import { runCheck, type Verdict } from '../test/support/planted/plant.ts'

const atOnce = 2
const plantedMin = 12

figureOptions()

async function inTurn<T>(list: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...list]
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

async function main(server: string): Promise<void> {
  const failing: string[] = []
  const survived: string[] = []
  const checks = [...new Set(bugs.map((bug) => bug.check))]
  await inTurn(checks, async (check) => {
    const { passed, output } = await runCheck(check, null, server)
    progress(`${passed ? 'passes' : 'FAILS'} without a bug: ${check}`)
    if (passed) return
    failing.push(check)
    progress(output)
  })
  await inTurn<Bug>(bugs, async (bug) => {
    const { passed, output } = await runCheck(bug.check, bug, server).catch(
      (error: Error): Verdict => ({ passed: true, output: error.message }),
    )
    if (passed) survived.push(bug.name)
    const noticed = /✖ (.*?) \(/.exec(output)?.[1] ?? 'the run failed'
    progress(
      passed ? `NOT CAUGHT ${bug.name}: ${output.slice(-300)}` : `caught ${bug.name}: ${noticed}`,
    )
  })
  const figures = {
    planted: bugs.length,
    caught: bugs.length - survived.length,
    checks: checks.length,
    checksFailingWithoutBug: failing.length,
  }
  report(
    'promise:planted-bugs',
    figures,
    survived.length === 0 && failing.length === 0 && bugs.length >= plantedMin,
  )
}

// A server of its own: programs broken on purpose leave their databases behind.
await using own = await startTestServer(() => undefined)
await main(JSON.stringify({ owner: own.owner }))
