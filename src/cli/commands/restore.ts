import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { verifyHub } from '#flow/verify.ts'
import { attach, everything } from '#hub/attach.ts'
import { readManifest } from '#hub/backup/archive.ts'
import { restore } from '#hub/backup/restore.ts'
import { createPool } from '#store/client.ts'
import { type Call, declare, type Program } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { hubRuns } from '../hub-runs.ts'

type Options = { readonly force?: true; readonly check?: true }

export function restoreCommand(parent: Command, program: Program): void {
  declare<Options>(parent, program, {
    use: 'restore <file>',
    summary: 'fill an empty hub from a backup, and prove it is the same',
    description:
      'Checks the file’s checksums before anything is touched, restores all of it or nothing, compares the hash of all orders with that of the backup, then verifies ledger and hash chain.',
    examples: [
      ['restore /backups/orderhub-monday --data /var/lib/orderhub', 'into a new directory'],
      ['restore /backups/orderhub-monday --check', 'only look whether the file is whole'],
    ],
    options: [
      new Option('--force', 'replace what the database holds'),
      new Option('--check', 'only check the file'),
    ],
    run,
  })
}

async function run(
  call: Call,
  [file = '']: readonly string[],
  { force, check }: Options,
): Promise<ExitCode> {
  const { config: read, log, terminal, json } = call
  const path = resolve(file)
  if (check === true) {
    const { createdAt, orders, stateHash } = await readManifest(path)
    terminal.out(
      json
        ? JSON.stringify({ path, createdAt, orders, stateHash, whole: true })
        : `${path} is whole: ${orders} orders as of ${createdAt}`,
    )
    return exitCodes.done
  }
  const config = read()
  await using attached = await attach({ config, log, signal: terminal.signal })
  if (attached.hub !== undefined) throw hubRuns(attached.hub)
  const { manifest, rows } = await restore({
    owner: attached.owner,
    dataDir: config.data,
    path,
    force: force === true,
    log,
  })
  const pool = createPool(attached.app, 1)
  try {
    const verified = await verifyHub(pool, everything, { log })
    const same = verified.stateHash === manifest.stateHash
    const result = {
      rows,
      orders: verified.orders,
      stateHash: verified.stateHash,
      same,
      ok: verified.ok && same,
      problems: verified.problems,
    }
    if (json) terminal.out(JSON.stringify(result))
    else {
      for (const problem of verified.problems) terminal.out(terminal.paint('bad', `✗ ${problem}`))
      terminal.out(`${verified.orders} orders, ${rows} rows as of ${manifest.createdAt}`)
      terminal.out(
        result.ok
          ? terminal.paint('good', `✓ state hash ${verified.stateHash}, as in the backup`)
          : terminal.paint('bad', '✗ not what was saved'),
      )
    }
    return result.ok ? exitCodes.done : exitCodes.checkFailed
  } finally {
    await pool.end()
  }
}
