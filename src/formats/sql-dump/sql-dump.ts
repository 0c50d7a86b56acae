import type { Format, FormatOptions } from '#model/format.ts'
import type { Found } from '#model/record.ts'
import { limits } from '#model/limits.ts'
import { bad, good } from '../fault.ts'
import { changeOf, without, type Change } from '../change-events/change.ts'
import { choiceOption, optionsOf } from '../options.ts'
import { latin1, markedEncoding, utf8 } from '../text.ts'
import {
  skipBlank,
  skipStatement,
  takeDotted,
  takeSign,
  takeWord,
  toLineEnd,
  wordAt,
  type Scan,
} from './scan.ts'
import { createdTable, takeNames, targetOf, type Tables, type Target } from './tables.ts'
import { takeValue, unescaped } from './values.ts'

/**
 * Dumps of databases as SQL: INSERT with one row or many (PostgreSQL, MySQL, SQLite, SQL Server, Oracle) and PostgreSQL's COPY. A
 * record is a row, read at rest, as a `Change` (`op: r`) with its table and columns; a CREATE TABLE is a record without a row. Column
 * names come from the statement, or from the CREATE TABLE before it.
 * Option `escapes`: whether a backslash escapes in texts; `auto` looks for MySQL's signs.
 */
export const sqlDump: Format = {
  name: 'sql-dump',
  options: (raw) => {
    const { escapes } = optionsOf('sql-dump', raw, ['escapes'])
    return { escapes: choiceOption('sql-dump', 'escapes', escapes, ['auto', 'yes', 'no'], 'auto') }
  },
  cut: (bytes, options) => cutDump(bytes, options),
  read: readDump,
  sniff: sniffDump,
}

/** What one pass over a dump keeps. `named`: whether every statement with rows so far names their columns itself. */
type Pass = Scan & {
  readonly tables: Tables
  readonly escapes: boolean
  left: number
  any: boolean
  named: boolean | null
}

function passOver(bytes: Buffer, options: FormatOptions): Pass {
  const at = markedEncoding(bytes) === 'utf-8' ? 3 : 0
  const escapes = escapesOf(bytes, options)
  const left = limits.recordsPerReceiptMax
  return { bytes, at, tables: new Map(), escapes, left, any: false, named: null }
}

function escapesOf(bytes: Buffer, options: FormatOptions): boolean {
  if (options['escapes'] !== 'auto') return options['escapes'] === 'yes'
  const head = latin1(bytes, 0, Math.min(bytes.length, 64 * 1024))
  return /mysql dump|mariadb dump|phpmyadmin|ENGINE=|INSERT INTO `|\/\*!\d{5}/i.test(head)
}

function* readDump(bytes: Buffer, options: FormatOptions): Generator<Found> {
  const marked = markedEncoding(bytes)
  if (marked === 'utf-16le' || marked === 'utf-16be')
    return yield bad(
      0,
      bytes.length,
      'encoding',
      `The bytes are ${marked.toUpperCase()}; dumps are read in UTF-8.`,
    )
  const pass = passOver(bytes, options)
  yield* dump(pass)
  if (!pass.any) yield bad(0, bytes.length, 'empty', 'There is neither a row nor a table in it.')
}

function* dump(pass: Pass): Generator<Found> {
  while (pass.at < pass.bytes.length && pass.left > 0) {
    skipBlank(pass)
    if (pass.at >= pass.bytes.length) return
    yield* statement(pass)
  }
  if (pass.left <= 0 && pass.at < pass.bytes.length)
    yield bad(
      pass.at,
      pass.bytes.length,
      'too-many',
      `There are more than ${limits.recordsPerReceiptMax} rows.`,
    )
}

const known = new Set(
  'SET SELECT ALTER DROP LOCK UNLOCK USE BEGIN START COMMIT ROLLBACK GRANT REVOKE COMMENT GO PRAGMA DELETE UPDATE TRUNCATE ANALYZE VACUUM EXEC PRINT DELIMITER IF END DECLARE CALL WITH REM PROMPT SAVEPOINT RELEASE DO REPLACE MERGE SECURITY REINDEX REFRESH EXECUTE'.split(
    ' ',
  ),
)

function* statement(pass: Pass): Generator<Found> {
  const from = pass.at
  const word = wordAt(pass)
  if (word === 'INSERT' || word === 'REPLACE') return yield* inserted(pass, word)
  if (word === 'COPY') {
    yield* copied(pass)
    return
  }
  if (word === 'CREATE') return yield* created(pass)
  if (
    word === 'GO' ||
    word === 'DELIMITER' ||
    word === 'PROMPT' ||
    word === 'REM' ||
    pass.bytes[from] === 92
  )
    return toLineEnd(pass)
  if (known.has(word) || pass.bytes[from] === 59) {
    skipStatement(pass, pass.escapes)
    return
  }
  pass.any = true
  skipStatement(pass, pass.escapes)
  yield bad(from, pass.at, 'syntax', 'A statement of SQL is expected here.', `byte ${from}`)
}

function* created(pass: Pass): Generator<Found> {
  const from = pass.at
  pass.at += 6
  for (const word of ['GLOBAL', 'LOCAL', 'TEMPORARY', 'TEMP', 'UNLOGGED', 'FOREIGN'])
    takeWord(pass, word)
  const target = takeWord(pass, 'TABLE') ? createdTable(pass, pass.tables) : null
  const whole = skipStatement(pass, pass.escapes)
  if (target === null) return
  pass.any = true
  pass.left--
  const ddl = pass.bytes.toString('utf8', from, Math.min(pass.at, from + limits.textCharsMax))
  yield whole
    ? good(from, pass.at, without('schema', { ...partsOf(target), ddl }))
    : bad(from, pass.at, 'truncated', 'The statement does not end.', `table ${target.table}`)
}

function partsOf({ database, schema, table }: Target): {
  dialect: 'sql'
  database: string | null
  schema: string | null
  table: string
} {
  return { dialect: 'sql', database, schema, table }
}

/** Behind INSERT INTO: the table's names. */
function insertedTable(pass: Pass, verb: string): string[] {
  pass.at += verb.length
  for (const word of [
    'LOW_PRIORITY',
    'DELAYED',
    'HIGH_PRIORITY',
    'IGNORE',
    'OR',
    'REPLACE',
    'INTO',
  ])
    takeWord(pass, word)
  return takeDotted(pass)
}

function namesColumns(pass: Pass, verb: string): boolean {
  insertedTable(pass, verb)
  return takeNames(pass) !== null
}

function* inserted(pass: Pass, verb: string): Generator<Found> {
  const start = pass.at
  pass.at += verb.length
  for (const word of [
    'LOW_PRIORITY',
    'DELAYED',
    'HIGH_PRIORITY',
    'IGNORE',
    'OR',
    'REPLACE',
    'INTO',
  ])
    takeWord(pass, word)
  const names = takeDotted(pass)
  skipBlank(pass)
  const given = pass.bytes[pass.at] === 40 ? takeNames(pass) : null
  for (const word of ['OVERRIDING', 'SYSTEM', 'USER', 'VALUE']) takeWord(pass, word)
  const target = targetOf(names, given, pass.tables)
  if (target === null || !(takeWord(pass, 'VALUES') || takeWord(pass, 'VALUE'))) {
    // INSERT ... SELECT has no row of its own.
    skipStatement(pass, pass.escapes)
    return
  }
  pass.named = (pass.named ?? true) && given !== null
  let from = start
  do {
    if (--pass.left < 0) return
    pass.any = true
    skipBlank(pass)
    if (from !== start) from = pass.at
    const found = tuple(pass, from, target)
    yield found
    if (!found.ok && found.fault.code !== 'bad-value') {
      skipStatement(pass, pass.escapes)
      return
    }
    from = -1
  } while (takeSign(pass, 44))
  // SQL Server writes no semicolon behind a statement.
  skipBlank(pass)
  const next = wordAt(pass)
  if (next !== 'INSERT' && next !== 'GO') skipStatement(pass, pass.escapes)
}

function tuple(pass: Pass, from: number, target: Target): Found {
  const { bytes } = pass
  if (!takeSign(pass, 40))
    return bad(from, pass.at, 'syntax', "A row begins with '('.", `table ${target.table}`)
  const values: unknown[] = []
  do {
    const value = takeValue(pass, pass.escapes)
    if (value === null || values.length > limits.columnsMax) {
      const cut = pass.at >= bytes.length || bytes.indexOf(59, pass.at) < 0
      const at = pass.at
      pass.at = bytes[at] === 59 ? at : Math.min(bytes.length, at + 1)
      return bad(
        from,
        pass.at,
        cut ? 'truncated' : 'syntax',
        `At byte ${at} a value cannot be read.`,
        `table ${target.table}`,
      )
    }
    values.push(value.value)
  } while (takeSign(pass, 44))
  if (!takeSign(pass, 41))
    return bad(
      from,
      pass.at,
      pass.at >= bytes.length ? 'truncated' : 'syntax',
      `At byte ${pass.at} a row does not end.`,
      `table ${target.table}`,
    )
  return rowOf(from, pass.at, target, values)
}

function rowOf(from: number, to: number, target: Target, values: readonly unknown[]): Found {
  const { columns, table } = target
  if (columns === null)
    return bad(
      from,
      to,
      'bad-value',
      `Nothing says how the columns of table ${table.slice(0, 64)} are called.`,
      `table ${table}`,
    )
  if (columns.length !== values.length)
    return bad(
      from,
      to,
      'bad-value',
      `The row has ${values.length} values for ${columns.length} columns.`,
      `table ${table}`,
    )
  if (to - from > limits.recordBytesMax)
    return bad(
      from,
      to,
      'too-large',
      `The row has ${to - from} bytes, at most ${limits.recordBytesMax} are read.`,
    )
  const after: Record<string, unknown> = {}
  for (let index = 0; index < columns.length; index++) {
    const name = columns[index]!
    if (name !== '__proto__') after[name] = values[index]
  }
  const change: Change = changeOf({ ...partsOf(target), op: 'r', after })
  return good(from, to, change)
}

/** COPY ... FROM stdin: lines of fields between tabs, until `\.` */
function* copied(pass: Pass): Generator<Found, boolean> {
  pass.at += 4
  const names = takeDotted(pass)
  skipBlank(pass)
  const given = pass.bytes[pass.at] === 40 ? takeNames(pass) : null
  const target = targetOf(names, given, pass.tables)
  const data = takeWord(pass, 'FROM') && takeWord(pass, 'STDIN')
  const end = skipStatement(pass, false)
  if (!data || !end || target === null) return end
  pass.named = (pass.named ?? true) && given !== null
  toLineEnd(pass)
  return yield* copyRows(pass, target)
}

/** True when the rows end as they should. */
function* copyRows(pass: Pass, target: Target): Generator<Found, boolean> {
  const { bytes } = pass
  pass.any = true
  while (pass.at < bytes.length) {
    const from = pass.at
    const feed = bytes.indexOf(10, from)
    const to = feed < 0 ? bytes.length : feed
    const end = bytes[to - 1] === 13 ? to - 1 : to
    pass.at = feed < 0 ? bytes.length : feed + 1
    if (end - from === 2 && bytes[from] === 92 && bytes[from + 1] === 46) return true
    if (--pass.left < 0) return false
    const fields = utf8(bytes, from, end).split('\t')
    const values = fields.map((field) =>
      field === String.raw`\N` ? null : field.includes('\\') ? unescaped(field) : field,
    )
    yield rowOf(from, end, target, values)
  }
  return false
}

/**
 * The longest prefix of whole statements, where rows name their columns themselves. Otherwise what follows needs the tables created
 * before, and the dump is one unit.
 */
function cutDump(bytes: Buffer, options: FormatOptions): number {
  const pass = passOver(bytes, options)
  let whole = 0
  while (pass.at < bytes.length) {
    skipBlank(pass)
    pass.left = limits.recordsPerReceiptMax
    const from = pass.at
    let ended = true
    if (wordAt(pass) === 'COPY') ended = lastOf(copied(pass))
    else {
      const peeked = wordAt(pass)
      if (peeked === 'INSERT' || peeked === 'REPLACE')
        pass.named = (pass.named ?? true) && namesColumns(pass, peeked)
      pass.at = from
      ended = skipStatement(pass, pass.escapes)
    }
    if (!ended) break
    whole = pass.at
  }
  return pass.named === true ? whole : 0
}

function lastOf(rows: Generator<Found, boolean>): boolean {
  for (;;) {
    const { done, value } = rows.next()
    if (done === true) return value
  }
}

function sniffDump(bytes: Buffer): number {
  const head = latin1(bytes, 0, Math.min(bytes.length, 64 * 1024))
  if (/^--[^\n]*(?:PostgreSQL database dump|MySQL dump|MariaDB dump|phpMyAdmin)/im.test(head))
    return 0.97
  if (
    /^\s*(?:INSERT\s+INTO\s+[\w."`[\]]+\s*(?:\([^)]*\))?\s*VALUES?\b|INSERT\s+\[|COPY\s+[\w."]+\s*(?:\([^)]*\)\s*)?FROM\s+stdin|CREATE\s+TABLE\b)/im.test(
      head,
    )
  )
    return 0.9
  return 0
}
