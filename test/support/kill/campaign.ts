/** A hub under load that is killed again and again, and what is found when it has come back for the last time. */
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { simulate, type Message } from '#simulator/simulate.ts'
import { createClient, type Client } from './client.ts'
import { startHub, type HubProcess } from './hub-process.ts'
import { nameOf, type Trial } from './trial.ts'

export type Campaign = {
  readonly dir: string
  readonly seed: number
  readonly trials: readonly Trial[]
  readonly perSecond: number
  readonly log: (text: string) => void
}

export type Outcome = {
  readonly sent: readonly Message[]
  readonly acknowledged: readonly Message[]
  readonly readyMs: readonly number[]
  readonly alreadyThere: number
  /** Kills while messages were on their way. */
  readonly underLoad: number
  /** Hubs that came back to a database still running. */
  readonly adopted: number
}

const trapMsMax = 60_000
const betweenMs = 150

/** The world whose messages a campaign sends; endless for its purpose. */
export function worldOf(seed: number): Generator<Message, void, undefined> {
  return simulate({ seed, orders: 50_000, from: Date.UTC(2026, 8, 1), days: 500 }).messages()
}

/** Runs all trials on one data directory; at the end everything sent is acknowledged and the hub has stopped. */
export async function runCampaign({
  dir,
  seed,
  trials,
  perSecond,
  log,
}: Campaign): Promise<Outcome> {
  const dataDir = join(dir, 'data')
  using client = createClient(worldOf(seed), join(dir, 'acknowledged.log'))
  const readyMs: number[] = []
  let [underLoad, adopted] = [0, 0]
  let hub = await startHub(dataDir, () => undefined)
  using _end = { [Symbol.dispose]: () => hub.kill() }
  client.attach(hub)
  client.pace(perSecond)
  for (const trial of trials) {
    await client.nextAcknowledged()
    await wait(betweenMs)
    const struck = await spring(trial, hub, () => client.outstanding)
    if (struck.outstanding > 0) underLoad++
    const from = performance.now()
    if (targetOf(trial) !== 'database') {
      client.attach(null)
      hub = await startHub(dataDir, () => undefined)
      if (hub.adopted) adopted++
      client.attach(hub)
    }
    await aliveUntil(hub, client.nextAcknowledged())
    readyMs.push(performance.now() - from)
    log(
      `${nameOf(trial).padEnd(28)} ready after ${Math.round(readyMs.at(-1)!)} ms, ${client.acknowledged.length} acknowledged, ${struck.outstanding} on their way`,
    )
  }
  client.pace(Infinity)
  await client.drain()
  await hub.stop()
  const { sent, acknowledged, alreadyThere } = client as Client
  return { sent, acknowledged, readyMs, alreadyThere, underLoad, adopted }
}

/** A hub that dies of itself would otherwise be waited for without end. */
async function aliveUntil(hub: HubProcess, reached: Promise<unknown>): Promise<void> {
  const died = hub.gone.then(() => {
    throw new Error(`the hub died of itself:\n${hub.said()}`)
  })
  died.catch(() => undefined)
  await Promise.race([reached, died])
}

/** Kills as the trial says and resolves at the moment of death. */
async function spring(
  trial: Trial,
  hub: HubProcess,
  outstanding: () => number,
): Promise<{ outstanding: number }> {
  if (trial.kind === 'time') {
    await wait(trial.afterMs)
    const now = outstanding()
    await hub.strike(trial.target)
    if (trial.target !== 'database') await hub.gone
    return { outstanding: now }
  }
  await hub.arm(trial.trap)
  const late = AbortSignal.timeout(trapMsMax)
  const never = new Promise<never>((_, reject) =>
    late.addEventListener('abort', () => reject(new Error(`${nameOf(trial)} never sprang`))),
  )
  await Promise.race([trial.trap.target === 'database' ? hub.struck : hub.gone, never])
  return { outstanding: outstanding() }
}

function targetOf(trial: Trial): string {
  return trial.kind === 'time' ? trial.target : trial.trap.target
}
