/** The test run, stage after stage. `--only unit,int` runs some; `--figure order,kill` only these figures. */
import { parseArgs } from 'node:util'
import { HubError } from '#model/error.ts'
import { leftTestDatabases, startTestServer, testServerVariable } from '#store/test-database.ts'
import { ensureChromium } from './chromium.ts'
import { ensureServers } from './servers.ts'
import * as stages from './stages.ts'
import { type Tally, say } from './stages.ts'

const { values } = parseArgs({ options: { only: { type: 'string' }, figure: { type: 'string' } } })
const names = ['check', 'unit', 'int', 'ui', 'page', 'figures'] as const
type Name = (typeof names)[number]
const needServer = new Set<Name>(['int', 'page', 'figures'])

const wanted = names.filter((name) => !values.only || values.only.split(',').includes(name))
if (wanted.length === 0) throw new Error(`--only takes a list out of: ${names.join(', ')}`)
// Ctrl-C ends the running stage by itself; this process stays to stop the server.
let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => (interrupted = true))

const total = await runAll().catch((error: unknown) => {
  say(`✖ ${describe(error)}`)
  return { passed: 0, failed: 1 }
})
say(`\n${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed > 0 || interrupted ? 1 : 0

async function runAll(): Promise<Tally> {
  await using server = wanted.some((name) => needServer.has(name))
    ? await startTestServer(() => undefined)
    : undefined
  const env = server ? { [testServerVariable]: JSON.stringify({ owner: server.owner }) } : {}
  let [passed, failed] = [0, 0]
  for (const name of wanted) {
    if (interrupted) break
    const started = performance.now()
    const tally = await guarded(name, env)
    passed += tally.passed
    failed += tally.failed
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    say(`${name}: ${tally.passed} passed, ${tally.failed} failed (${seconds} s)`)
  }
  const left = server ? await leftTestDatabases(server.owner) : []
  if (left.length > 0) say(`✖ tests left databases behind: ${left.join(', ')}`)
  return { passed, failed: failed + left.length }
}

async function guarded(name: Name, env: NodeJS.ProcessEnv): Promise<Tally> {
  try {
    return await runStage(name, env)
  } catch (error) {
    say(`✖ ${name}: ${describe(error)}`)
    return { passed: 0, failed: 1 }
  }
}

async function runStage(name: Name, env: NodeJS.ProcessEnv): Promise<Tally> {
  switch (name) {
    case 'check':
      return stages.check()
    case 'unit':
      return stages.unit()
    case 'int':
      await ensureServers()
      return stages.integration(env)
    case 'ui':
      return stages.components()
    case 'page':
      if (stages.pageTests().length === 0) return { passed: 0, failed: 0 }
      return stages.pages({ ...env, ORDERHUB_CHROMIUM: await ensureChromium() })
    case 'figures':
      return stages.figures(env, values.figure?.split(','))
  }
}

function describe(error: unknown): string {
  if (error instanceof HubError) return [error.message, error.hint].filter(Boolean).join('\n')
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
