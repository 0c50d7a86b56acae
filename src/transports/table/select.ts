/** The statement that finds the next rows, and the rows as lines of JSON: once for each engine. */
import type { Client } from 'pg'
import type { Connection, FieldPacket, RowDataPacket } from 'mysql2/promise'
import { backquoted } from '../database/mysql.ts'
import { quoted } from '../database/postgres.ts'
import type { TableOptions } from './options.ts'

/** Values of the order columns as text, as the database writes them. */
export type Key = readonly string[]

/** `lines`: a JSON object a row, in order. `last`: the key of the last one. */
export type Rows = { readonly lines: readonly string[]; readonly last: Key | null }

type Order = { readonly columns: readonly string[]; readonly kind: 'time' | 'number' | 'other' }

/** Type numbers of pg_type that are times and numbers. */
const postgresTimes = [1082, 1114, 1184]
const postgresNumbers = [20, 21, 23, 1700]

export async function selectPostgres(
  client: Client,
  options: TableOptions,
  after: Key | null,
): Promise<Rows> {
  const from = fromOf(options, quoted)
  const columns = options.order.map(quoted)
  const { fields } = await client.query(`select ${columns.join(', ')} from ${from} limit 0`)
  const oid = fields[0]!.dataTypeID
  const kind = postgresTimes.includes(oid)
    ? 'time'
    : postgresNumbers.includes(oid)
      ? 'number'
      : 'other'
  const order: Order = { columns, kind }
  const conditions = [
    ...(after === null ? [] : [behind(order, after, options, (n) => `$${n + 1}`)]),
    ...(kind === 'time' && options.settleSeconds > 0
      ? [`${columns[0]} <= now() - interval '${options.settleSeconds} s'`]
      : []),
  ]
  const keys = columns.map((column, n) => `${column}::text as k${n}`)
  const { rows } = await client.query<Record<string, string>>(
    `select row_to_json(r)::text as line, ${keys.join(', ')} from ${from}${where(conditions)}
     order by ${columns.join(', ')} limit ${options.rowsAtOnce}`,
    after === null ? [] : [...moved(after, order, options)],
  )
  const last = rows.at(-1)
  return {
    lines: rows.map(({ line }) => line!),
    last: last === undefined ? null : columns.map((_, n) => last[`k${n}`]!),
  }
}

/** Column types of the protocol (MYSQL_TYPE_*) that are times and numbers. */
const mysqlTimes = [7, 10, 12]
const mysqlNumbers = [1, 2, 3, 8, 9, 246]

export async function selectMysql(
  connection: Connection,
  options: TableOptions,
  after: Key | null,
): Promise<Rows> {
  const from = fromOf(options, backquoted)
  const columns = options.order.map(backquoted)
  const [, fields] = await connection.query<RowDataPacket[]>(
    `select ${columns.join(', ')} from ${from} limit 0`,
  )
  const types = fields.map((field: FieldPacket) => field.columnType ?? 0)
  const isNumber = types.map((type) => mysqlNumbers.includes(type))
  const kind = mysqlTimes.includes(types[0]!) ? 'time' : isNumber[0] ? 'number' : 'other'
  const order: Order = { columns, kind }
  const values = after === null ? [] : moved(after, order, options)
  // A number in quotes would be compared as a double, and large ones would be the same.
  const written = values.map((value, n) =>
    isNumber[n] && /^-?\d+(?:\.\d+)?$/.test(value) ? value : connection.escape(value),
  )
  const conditions = [
    ...(after === null ? [] : [behind(order, after, options, (n) => written[n]!)]),
    ...(kind === 'time' && options.settleSeconds > 0
      ? [`${columns[0]} <= now(6) - interval ${options.settleSeconds * 1e6} microsecond`]
      : []),
  ]
  const keys = columns.map((column, n) => `cast(${column} as char) as \`orderhub k${n}\``)
  const [rows] = await connection.query<RowDataPacket[]>(
    `select r.*, ${keys.join(', ')} from ${from}${where(conditions)}
     order by ${columns.join(', ')} limit ${options.rowsAtOnce}`,
  )
  let last: Key | null = null
  const lines = rows.map((row) => {
    last = columns.map((_, n) => String(row[`orderhub k${n}`]))
    columns.forEach((_, n) => delete row[`orderhub k${n}`])
    return jsonOf(row)
  })
  return { lines, last }
}

/** A row as JSON; bytes as Base64. */
function jsonOf(row: RowDataPacket): string {
  const values = Object.entries(row).map(([name, value]: [string, unknown]) => [
    name,
    Buffer.isBuffer(value) ? value.toString('base64') : value,
  ])
  return JSON.stringify(Object.fromEntries(values))
}

function fromOf({ table, query, columns }: TableOptions, quote: (name: string) => string): string {
  if (query !== undefined) return `(${query}) as r`
  return `(select ${columns?.map(quote).join(', ') ?? '*'} from ${quote(table!)}) as r`
}

function where(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`
}

/** Rows behind a key, in the order of its columns; written so that an index on the first column is used everywhere. */
function behind(
  { columns, kind }: Order,
  after: Key,
  { overlap }: TableOptions,
  value: (n: number) => string,
): string {
  if (kind === 'number' && overlap > 0) return `${columns[0]} > ${value(0)}`
  const deeper = (n: number): string => {
    const more = `${columns[n]} > ${value(n)}`
    return n === after.length - 1
      ? more
      : `(${more} or (${columns[n]} = ${value(n)} and ${deeper(n + 1)}))`
  }
  return after.length === 1 ? deeper(0) : `(${columns[0]} >= ${value(0)} and ${deeper(0)})`
}

/** The key from which is read: earlier than the one reached, where an overlap is wanted. */
function moved(after: Key, { kind }: Order, { overlap }: TableOptions): Key {
  if (kind !== 'number' || overlap === 0) return after
  return [String(BigInt(after[0]!.split('.')[0]!) - BigInt(overlap))]
}
