import { resolve } from 'node:path'
import type { Command } from 'commander'
import { attach } from '#hub/attach.ts'
import { backUp } from '#hub/backup/backup.ts'
import { type Call, declare, type Program } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { megabytes } from '../progress.ts'

export function backupCommand(parent: Command, program: Program): void {
  declare(parent, program, {
    use: 'backup <file>',
    summary: 'write everything to one file, also while the hub runs',
    description:
      'One consistent moment of the whole database, compressed, with checksums of every table and of the whole, and the hash of all orders.',
    examples: [
      ['backup /backups/orderhub-monday', 'an existing file is replaced once the new one is whole'],
    ],
    run,
  })
}

async function run(
  { config: read, log, terminal, json }: Call,
  [file = '']: readonly string[],
): Promise<ExitCode> {
  const config = read()
  await using attached = await attach({ config, log, signal: terminal.signal })
  const { owner } = attached
  const {
    tables,
    files: _files,
    sequences: _sequences,
    ...done
  } = await backUp({ owner, dataDir: config.data, path: resolve(file), now: Date.now, log })
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  if (json) terminal.out(JSON.stringify({ ...done, rows }))
  else {
    terminal.out(`${done.path}: ${done.orders} orders, ${rows} rows, ${megabytes(done.bytes)}`)
    terminal.out(`state hash ${done.stateHash}`)
  }
  return exitCodes.done
}
