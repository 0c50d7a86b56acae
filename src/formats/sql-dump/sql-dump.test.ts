import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Change } from '../change-events/change.ts'
import { sqlDump } from './sql-dump.ts'

function read(text: string, options: unknown = {}): (Change | string)[] {
  return Array.from(sqlDump.read(Buffer.from(text), sqlDump.options(options)), (one) =>
    one.ok ? (one.tree as Change) : one.fault.code,
  )
}

function rows(text: string, options: unknown = {}): unknown[] {
  return read(text, options)
    .filter((one) => typeof one === 'string' || one.kind === 'row')
    .map((one) => (typeof one === 'string' ? one : one.row))
}

test("PostgreSQL's COPY gives a record a line, with the columns it names", () => {
  const text = String.raw`--
-- PostgreSQL database dump
--
SET client_encoding = 'UTF8';
CREATE FUNCTION f() RETURNS trigger AS $$ begin insert into x values (1); end; $$ LANGUAGE plpgsql;
CREATE TABLE public.orders (
    id integer NOT NULL,
    order_no character varying(20) DEFAULT 'a,b'::character varying,
    note text,
    CONSTRAINT pk PRIMARY KEY (id)
);
COPY public.orders (id, order_no, note) FROM stdin;
1	SO-1	\N
2	SO-2	a\tb\\ü
\.

SELECT pg_catalog.setval('public.orders_id_seq', 2, true);
`
  const bytes = Buffer.from(text)
  const found = Array.from(sqlDump.read(bytes, sqlDump.options({})))
  assert.deepEqual(
    found.map((one) => one.ok && (one.tree as Change).kind),
    ['schema', 'row', 'row'],
  )
  const [, first, second] = found.map((one) => (one.ok ? (one.tree as Change) : null))
  assert.deepEqual(
    [first!.op, first!.schema, first!.table, first!.row],
    ['r', 'public', 'orders', { id: '1', order_no: 'SO-1', note: null }],
  )
  assert.deepEqual(second!.row, { id: '2', order_no: 'SO-2', note: 'a\tb\\ü' })
  assert.equal(bytes.toString('utf8', found[1]!.from, found[1]!.to), '1\tSO-1\t\\N')
  assert.ok(sqlDump.sniff(bytes) > 0.9)
})

test("MySQL's INSERT of many rows takes its columns from the table that was created", () => {
  const text =
    "-- MySQL dump 10.13\n/*!40101 SET NAMES utf8 */;\nCREATE TABLE `orders` (\n  `id` int NOT NULL AUTO_INCREMENT COMMENT 'a, (b)',\n  `state` enum('new','paid') DEFAULT NULL,\n  `price` decimal(10,2),\n  PRIMARY KEY (`id`),\n  KEY `k` (`state`)\n) ENGINE=InnoDB;\nLOCK TABLES `orders` WRITE;\nINSERT INTO `orders` VALUES (1,'it\\'s; (new)',12.50),(2,NULL,-3),(3,_binary 'x',12345678901234567890);\nUNLOCK TABLES;\n"
  assert.deepEqual(rows(text), [
    { id: 1, state: "it's; (new)", price: 12.5 },
    { id: 2, state: null, price: -3 },
    { id: 3, state: 'x', price: '12345678901234567890' },
  ])
})

test('other dialects: quoted names, casts, functions, N-texts, GO, statements without semicolon', () => {
  assert.deepEqual(
    rows(
      `INSERT [dbo].[Orders] ([Id], [Made], [Name]) VALUES (1, CAST(N'2026-03-01T10:00:00.000' AS DateTime), N'O''Neill')\nGO\nINSERT [dbo].[Orders] ([Id], [Made], [Name]) VALUES (2, NULL, N'B')\nGO\n`,
    ),
    [
      { Id: 1, Made: '2026-03-01T10:00:00.000', Name: "O'Neill" },
      { Id: 2, Made: null, Name: 'B' },
    ],
  )
  assert.deepEqual(
    rows(`Insert into SHOP.ORDERS (ID,MADE) values ('7',to_date('01.03.2026','DD.MM.YYYY'));`),
    [{ ID: '7', MADE: '01.03.2026' }],
  )
  assert.deepEqual(
    rows(
      `INSERT INTO "a"."Orders" ("id", ok, at, x) VALUES (1, true, '2026-03-01'::timestamp with time zone, E'a\\nb'), (2, FALSE, now(), 0xFF);`,
    ),
    [
      { id: 1, ok: true, at: '2026-03-01', x: 'a\nb' },
      { id: 2, ok: false, at: null, x: '0xFF' },
    ],
  )
})

test('what is wrong in one row costs that row', () => {
  const text =
    'INSERT INTO t (a, b) VALUES (1, 2), (3), (4, 5);\nINSERT INTO u VALUES (1);\nINSERT INTO t (a) VALUES (1, ;\nINSERT INTO t (a) VALUES (9);\nhello world;\nINSERT INTO t (a) VALUES (1'
  assert.deepEqual(rows(text), [
    { a: 1, b: 2 },
    'bad-value',
    { a: 4, b: 5 },
    'bad-value',
    'syntax',
    { a: 9 },
    'syntax',
    'truncated',
  ])
  assert.deepEqual(rows('-- nothing\nSET x = 1;\n'), ['empty'])
})

test('a dump whose rows name their columns is cut behind whole statements, any other is one unit', () => {
  const one = "INSERT INTO t (a) VALUES ('x;y');\n"
  const text = `${one}${one}INSERT INTO t (a) VALUES ('z`
  assert.equal(sqlDump.cut!(Buffer.from(text), sqlDump.options({})), one.length * 2 - 1)
  assert.equal(
    sqlDump.cut!(
      Buffer.from('CREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n'),
      sqlDump.options({}),
    ),
    0,
  )
  const copy = 'COPY t (a) FROM stdin;\n1\n2\n\\.\n'
  assert.equal(
    sqlDump.cut!(Buffer.from(`${copy}COPY t (a) FROM stdin;\n1\n`), sqlDump.options({})),
    copy.length,
  )
})

test('any values that are written are read back', () => {
  const value = fc.oneof(
    fc.constant(null),
    fc.integer(),
    fc.boolean(),
    fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
  )
  const written = (one: unknown): string =>
    one === null
      ? 'NULL'
      : typeof one === 'string'
        ? `'${one.replaceAll("'", "''")}'`
        : JSON.stringify(one)
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 5 }), (list) => {
      const text = `INSERT INTO t (a, b) VALUES ${list.map((row) => `(${row.map(written).join(' , ')})`).join(',\n')};`
      assert.deepEqual(
        rows(text, { escapes: 'no' }),
        list.map(([a, b]) => ({ a, b })),
      )
    }),
    { numRuns: 300 },
  )
})

test('damaged dumps are read in linear time, within their bytes, in order', () => {
  const seed =
    "CREATE TABLE `t` (`a` int, b text);\nINSERT INTO `t` VALUES (1,'x\\'y'),(2,NULL);\nCOPY s.t (a, b) FROM stdin;\n1\tx\n\\.\n/* c */ INSERT INTO t (a) VALUES (CAST('1' AS int)), ($$q$$);\n"
  const sign = fc.constantFrom(
    "'",
    '"',
    '`',
    '(',
    ')',
    ';',
    '$$',
    '/*',
    '--',
    '\\',
    ',',
    '\n',
    'VALUES',
    'COPY',
    '\0',
    '[',
  )
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(seed.length), fc.nat(20), sign), { maxLength: 6 }),
      (changes) => {
        let text = seed
        for (const [at, length, mark] of changes)
          text = text.slice(0, at) + mark + text.slice(at + length)
        const bytes = Buffer.from(text)
        let last = 0
        for (const { from, to } of sqlDump.read(bytes, sqlDump.options({}))) {
          assert.ok(from >= last && to >= from && to <= bytes.length, `${from} ${to} ${last}`)
          last = to
        }
        const length = sqlDump.cut!(bytes, sqlDump.options({}))
        assert.ok(length >= 0 && length <= bytes.length)
      },
    ),
    { numRuns: 1500 },
  )
  const start = performance.now()
  for (const piece of [
    'INSERT INTO t (a) VALUES (',
    'INSERT INTO t (a) VALUES ((((',
    "'",
    '$a$',
    '/*',
    'CREATE TABLE t (',
    'COPY t (a) FROM stdin;',
    '(1,',
    'INSERT INTO t (a) VALUES (f(',
    '--',
    '::',
  ])
    for (const _found of sqlDump.read(
      Buffer.from(piece.repeat(1_000_000 / piece.length)),
      sqlDump.options({}),
    ))
      continue
  assert.ok(performance.now() - start < 6_000, `${performance.now() - start}`)
})
