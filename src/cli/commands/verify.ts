import type { Command } from 'commander'
import { verifyHub } from '#flow/verify.ts'
import { attachToRead } from '#hub/attach.ts'
import { type Call, declare, type Program } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'

export function verifyCommand(parent: Command, program: Program): void {
  declare(parent, program, {
    use: 'verify',
    summary: 'prove that nothing was lost or altered',
    description:
      'Reads everything once: ledger against receipts, quarantine, hash chain, received bytes, and the hash of all orders.',
    examples: [
      ['verify', 'also while the hub works'],
      ['verify --json', 'ends with 4 when something is wrong'],
    ],
    run: verify,
  })
}

async function verify({ config, log, terminal, json }: Call): Promise<ExitCode> {
  await using reader = await attachToRead({ config: config(), log, signal: terminal.signal })
  const found = await verifyHub(reader.pool, reader.access, { log })
  const { out, paint } = terminal
  if (json) out(JSON.stringify(found))
  else {
    for (const problem of found.problems) out(paint('bad', `✗ ${problem}`))
    const counts = `${found.orders} orders, ${found.events} events, ${found.receipts} receipts, ${found.batches} batches`
    out(
      found.ok
        ? paint('good', `✓ ${counts}: nothing is lost or altered`)
        : paint('bad', `${found.problems.length} problems in ${counts}`),
    )
    out(`ledger difference ${found.difference}`)
    out(`state hash ${found.stateHash}`)
  }
  return found.ok ? exitCodes.done : exitCodes.checkFailed
}
