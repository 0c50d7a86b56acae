/** The stream of changes behind a place in the binary log, until it breaks or is to stop. */
import ZongJi, {
  type BinlogEvent,
  type DeleteRowsEvent,
  type RowsEvent,
  type UpdateRowsEvent,
  type WriteRowsEvent,
} from '@vlasky/zongji'
import { HubError } from '#model/error.ts'
import { type ChangeBuffer, createChangeBuffer } from '../change-buffer.ts'
import type { MysqlConfig } from '../database/mysql.ts'
import { pause, type Report } from '../follower.ts'
import type { Host, Position } from '../port.ts'
import { markOf, type Place, placeNumber, placeOf } from './place.ts'
import { changeRecord, type Origin, plainRow, type RowChange } from './records.ts'

export type Following = {
  readonly config: MysqlConfig
  readonly host: Host
  readonly origin: Origin
  readonly tables: readonly string[]
  readonly serverId: number
  readonly stream: string
  readonly position: Position
  readonly report: Report
  readonly watchMs: number
  /** Where the server's log ends now. */
  readonly endOfLog: () => Promise<Place>
}

const events = ['tablemap', 'writerows', 'updaterows', 'deleterows', 'xid', 'query', 'rotate']
/** Events that wait before the server is held back. */
const waitingMax = 200
/** Looks at which nothing came although the log went on: then the connection is believed dead. */
const silentLooksMax = 6

type Item =
  | {
      readonly kind: 'rows'
      readonly table: string
      readonly changes: readonly RowChange[]
      readonly atMs: number
    }
  | { readonly kind: 'commit'; readonly place: Place }

/** Rejects when the connection breaks or something cannot be taken; resolves when it is to stop. */
export async function follow(following: Following): Promise<void> {
  const { config, host, report, stream, tables, origin, serverId } = following
  const settings = { dateStrings: true, supportBigNumbers: true, timezone: 'Z' }
  const zongji = new ZongJi({ ...config, ...settings })
  const broken = Promise.withResolvers<never>()
  broken.promise.catch(() => undefined)
  const fail = (error: unknown) => broken.reject(error)
  const buffer = createChangeBuffer({
    host,
    stream,
    report,
    onTaken: () => undefined,
    onFailed: fail,
  })
  const intake = createIntake(following, buffer, zongji, fail)
  zongji.on('error', fail)
  zongji.on('binlog', intake.hear)
  zongji.on('ready', () => report.state('idle'))
  const stopped = new Promise<void>((resolve) => {
    if (report.signal.aborted) resolve()
    report.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  const done = new AbortController()
  try {
    const { file, offset, gtid } = intake.last()
    const from = gtid === '' ? { filename: file, position: offset } : { gtidSet: gtid }
    const includeSchema = { [origin.database]: [...tables] }
    zongji.start({ ...from, serverId, includeEvents: events, includeSchema })
    lookAfter(following, intake, done.signal).catch(fail)
    await Promise.race([stopped, broken.promise])
  } finally {
    done.abort()
    intake.close()
    await buffer.close()
    const gone = new Promise<void>((resolve) => zongji.once('stopped', () => resolve()))
    zongji.stop()
    await gone
  }
}

type Intake = {
  readonly hear: (event: BinlogEvent) => void
  /** Events that came. */
  readonly heard: () => number
  /** Where the last transaction ended that went into the buffer. */
  readonly last: () => Place
  readonly close: () => void
}

/** Events wait here while the buffer is full; when many do, the server is held back. */
function createIntake(
  { origin, position, report }: Following,
  buffer: ChangeBuffer,
  zongji: ZongJi,
  fail: (error: unknown) => void,
): Intake {
  const waiting: Item[] = []
  let last = placeOf(position.mark)
  let heard = 0
  let draining = false
  const drain = async (): Promise<void> => {
    draining = true
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      if (item.kind === 'commit') {
        last = item.place
        buffer.commit({ value: placeNumber(last), mark: markOf(last) })
      } else
        for (const change of item.changes)
          await buffer.add(changeRecord(origin, item.table, change, last, item.atMs))
    }
    draining = false
    connectionOf(zongji)?.resume()
  }
  return {
    hear(event) {
      heard++
      report.heard()
      const item = itemOf(event, zongji)
      if (item === null) return
      waiting.push(item)
      if (waiting.length > waitingMax) connectionOf(zongji)?.pause()
      if (!draining) drain().catch(fail)
    },
    heard: () => heard,
    last: () => last,
    close: () => void (waiting.length = 0),
  }
}

/** What an event means to us; read at once, because the library's place moves on with the next one. */
function itemOf(event: BinlogEvent, zongji: ZongJi): Item | null {
  switch (event.getEventName()) {
    case 'xid':
      return { kind: 'commit', place: placeNow(zongji) }
    case 'query': {
      // Tables of engines without transactions end theirs with a COMMIT in words.
      const { query } = event as BinlogEvent & { query: string }
      return query === 'COMMIT' ? { kind: 'commit', place: placeNow(zongji) } : null
    }
    case 'writerows':
      return rowsOf(event as RowsEvent, (event as WriteRowsEvent).rows, (row) => ({
        op: 'c',
        before: null,
        after: plainRow(row),
      }))
    case 'deleterows':
      return rowsOf(event as RowsEvent, (event as DeleteRowsEvent).rows, (row) => ({
        op: 'd',
        before: plainRow(row),
        after: null,
      }))
    case 'updaterows':
      return rowsOf(event as RowsEvent, (event as UpdateRowsEvent).rows, ({ before, after }) => ({
        op: 'u',
        before: plainRow(before),
        after: plainRow(after),
      }))
    default:
      return null
  }
}

function rowsOf<Row>(
  event: RowsEvent,
  rows: readonly Row[],
  change: (row: Row) => RowChange,
): Item | null {
  const map = event.tableMap[event.tableId]
  if (map === undefined) return null
  return { kind: 'rows', table: map.tableName, changes: rows.map(change), atMs: event.timestamp }
}

function placeNow(zongji: ZongJi): Place {
  const { filename, position } = zongji.get(['filename', 'position']) as {
    filename?: string
    position?: number
  }
  return { file: filename ?? '', offset: position ?? 0, gtid: zongji.gtidSet ?? '' }
}

/** The connection of the library's stream: the only way to hold the server back. */
function connectionOf(zongji: ZongJi): { pause: () => void; resume: () => void } | null {
  return (zongji as unknown as { connection: { pause: () => void; resume: () => void } | null })
    .connection
}

/** Tells how far behind we are, and notices a connection that died without a word. */
async function lookAfter(
  { endOfLog, report, watchMs }: Following,
  { heard, last }: Intake,
  signal: AbortSignal,
): Promise<void> {
  let silent = 0
  let [before, endBefore] = [heard(), '']
  while (!signal.aborted) {
    await pause(watchMs, signal)
    if (signal.aborted) return
    const end = await endOfLog()
    const at = last()
    const isSame = at.file === end.file
    report.lag(isSame ? { value: Math.max(0, end.offset - at.offset), unit: 'bytes' } : null)
    const moved = endBefore !== '' && endBefore !== `${end.file}:${end.offset}`
    silent = heard() === before && moved ? silent + 1 : 0
    ;[before, endBefore] = [heard(), `${end.file}:${end.offset}`]
    if (silent < silentLooksMax) continue
    throw new HubError({ code: 'CDC_SILENT', message: 'The log goes on, and nothing of it comes.' })
  }
}
