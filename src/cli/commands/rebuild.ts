import type { Command } from 'commander'
import { rebuild } from '#flow/rebuild/rebuild.ts'
import { attach } from '#hub/attach.ts'
import { readCompany } from '#hub/company.ts'
import { type Call, declare, type Program } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { hubRuns } from '../hub-runs.ts'
import { startOwnFlow } from '../own-flow.ts'

export function rebuildCommand(parent: Command, program: Program): void {
  declare(parent, program, {
    use: 'rebuild',
    summary: 'make all orders anew from the bytes as received',
    description:
      'Maps every receipt with today’s mappings and folds all orders anew; receipts, ledger, quarantine and rulings stay.',
    examples: [['rebuild', 'after a mapping was changed; needs the hub stopped']],
    run,
  })
}

async function run({ config: read, log, terminal, json }: Call): Promise<ExitCode> {
  const config = read()
  const company = await readCompany(config.company)
  await using attached = await attach({ config, log, signal: terminal.signal })
  if (attached.hub !== undefined) throw hubRuns(attached.hub)
  await using flow = await startOwnFlow(attached, company)
  const { digest, ...done } = await rebuild(flow, { owner: attached.owner, log })
  const rate = Math.round(done.events / Math.max(0.001, done.seconds))
  if (json) terminal.out(JSON.stringify({ ...done, digest: String(digest), eventsPerSecond: rate }))
  else
    terminal.out(
      `${done.orders} orders of ${done.events} events in ${done.seconds.toFixed(1)} s (${rate} events/s)`,
    )
  return exitCodes.done
}
