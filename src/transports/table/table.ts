/** Reads the rows of a table or a query that are new, round after round, by columns that only grow. */
import { createHash } from 'node:crypto'
import { mysqlConfig, withMysql } from '../database/mysql.ts'
import { postgresConfig, withPostgres } from '../database/postgres.ts'
import { type Report, startFollower } from '../follower.ts'
import type { Host, RunningTransport } from '../port.ts'
import { type TableOptions, tableOptions } from './options.ts'
import { type Key, type Rows, selectMysql, selectPostgres } from './select.ts'

const stream = 'table'

type Select = (after: Key | null) => Promise<Rows>

/** Starts reading. Throws a sentence for options that are wrong. */
export function startTable(host: Host, raw: unknown): RunningTransport {
  const options = tableOptions(raw)
  const reading: Reading = { host, options, seen: '' }
  return startFollower(host, 'table', async (report) => {
    report.state('reading')
    await withDatabase(host, options, report.signal, (select) => round(reading, report, select))
    return options.everySeconds * 1000
  })
}

type Reading = { readonly host: Host; readonly options: TableOptions; seen: string }

async function withDatabase(
  host: Host,
  options: TableOptions,
  signal: AbortSignal,
  use: (select: Select) => Promise<void>,
): Promise<void> {
  if (options.engine === 'postgres') {
    const config = await postgresConfig(host, options)
    await withPostgres(config, signal, (client) =>
      use((after) => selectPostgres(client, options, after)),
    )
  } else {
    const config = await mysqlConfig(host, options)
    await withMysql(config, signal, (connection) =>
      use((after) => selectMysql(connection, options, after)),
    )
  }
}

/** Takes full portions until one is not full. */
async function round(reading: Reading, report: Report, select: Select): Promise<void> {
  const { host, options } = reading
  const known = await host.positionOf(stream)
  let count = known?.value ?? 0
  let after =
    known === null ? (options.start?.map(String) ?? null) : (JSON.parse(known.mark) as Key)
  while (!report.signal.aborted) {
    const { lines, last } = await select(after)
    report.heard()
    const full = lines.length === options.rowsAtOnce
    report.lag(full ? null : { value: 0, unit: 'rows' })
    if (last === null) return
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
    const sha = createHash('sha256').update(bytes).digest('base64')
    // With an overlap the last rows come again and again; as long as they are the same, they are no news.
    if (sha !== reading.seen) {
      const to = count + lines.length
      const position = { stream, from: count, to, mark: JSON.stringify(last) }
      await host.take(bytes, { position })
      report.taken()
      count = to
    }
    reading.seen = sha
    if (!full || isSame(after, last)) return
    after = last
  }
}

function isSame(a: Key | null, b: Key): boolean {
  return a !== null && a.every((value, n) => value === b[n])
}
