import assert from 'node:assert/strict'
import { test } from 'node:test'
import avsc from 'avsc'
import fc from 'fast-check'
import type { Format } from '#model/format.ts'
import type { Change } from './change.ts'
import { changeEvents, debezium } from './change-events.ts'

function outcomes(text: string, options: unknown = {}, format: Format = changeEvents): unknown[] {
  return Array.from(format.read(Buffer.from(text), format.options(options)), (one) =>
    one.ok ? one.tree : one.fault.code,
  )
}

function changes(text: unknown, options: unknown = {}): Change[] {
  return outcomes(typeof text === 'string' ? text : JSON.stringify(text), options) as Change[]
}

const change = {
  before: null,
  after: { id: 1 },
  source: { table: 'orders', lsn: 7, ts_ms: 4 },
  op: 'c',
  ts_ms: 5,
}

test('a change of Debezium is the same with and without its schema, as a line, keyed, or inside of a CloudEvent', () => {
  const lines = [change, { schema: {}, payload: change }, { payload: change }]
  const read = changes(lines.map((one) => JSON.stringify(one)).join('\n'))
  for (const one of read)
    assert.deepEqual(
      [one.kind, one.op, one.before, one.after, one.row, one.table, one.at, one.tsMs, one.sequence],
      ['row', 'c', null, { id: 1 }, { id: 1 }, 'orders', 4, 5, 7],
    )
  const [keyed] = changes({ key: { id: 1 }, value: change })
  assert.deepEqual([keyed!.key, keyed!.row], [{ id: 1 }, { id: 1 }])
  const [event] = changes({
    specversion: '1.0',
    id: '1',
    source: '/debezium',
    type: 'io.debezium.DataChangeEvent',
    iodebeziumop: 'r',
    iodebeziumtable: 'orders',
    iodebeziumtsms: '1578923739738',
    iodebeziumlsn: '7',
    data: { before: null, after: { id: 1 } },
  })
  assert.deepEqual(
    [event!.op, event!.table, event!.at, event!.sequence, event!.row],
    ['r', 'orders', 1_578_923_739_738, 7, { id: 1 }],
  )
})

test('what is about no row is told apart: tombstone, key, schema change, transaction, heartbeat, message, truncate', () => {
  const kinds = [
    null,
    { schema: { name: 'shop.orders.Key' }, payload: { id: 1 } },
    { databaseName: 'shop', ddl: 'alter table orders', tableChanges: [], source: {}, ts_ms: 1 },
    { status: 'BEGIN', id: '5', event_count: null, data_collections: null, ts_ms: 1 },
    { schema: { name: 'io.debezium.connector.common.Heartbeat' }, payload: { ts_ms: 1 } },
    { ...change, op: 'm', message: { prefix: 'p', content: 'eA==' } },
    { ...change, op: 't', after: null },
  ]
  const read = changes(kinds.map((one) => JSON.stringify(one)).join('\n'))
  assert.deepEqual(
    read.map(({ kind }) => kind),
    ['tombstone', 'key', 'schema', 'transaction', 'heartbeat', 'message', 'truncate'],
  )
  assert.equal(read[0]!.tombstone, true)
  assert.deepEqual(outcomes('{"id":1}'), ['unsupported'])
  assert.deepEqual(outcomes('{"op":"c","after":null,"before":null,"source":{"db":"x"}}'), [
    'bad-value',
  ])
  assert.deepEqual(outcomes('{"op":"x","after":{},"before":null}'), ['unsupported'])
})

test('a key on a line of its own belongs to the change behind it', () => {
  const [key, row] = changes(
    `{"id":"{\\"$oid\\":\\"6\\"}"}\n${JSON.stringify({ ...change, op: 'd', after: null, source: { collection: 'orders' } })}`,
  )
  assert.equal(key!.kind, 'key')
  assert.deepEqual(row!.key, { id: '{"$oid":"6"}' })
  assert.equal(row!.row, null)
})

test("documents of MongoDB's connector are opened, and typed values are what extended JSON says", () => {
  const after = '{"_id":{"$oid":"6"},"at":{"$date":1739455297970},"n":{"$numberLong":"5"}}'
  const [plain] = changes({ ...change, after })
  assert.deepEqual((plain!.row as { _id: unknown })._id, { $oid: '6' })
  const [typed] = changes({ ...change, after }, { values: 'typed' })
  assert.deepEqual(typed!.row, { _id: '6', at: '2025-02-13T14:01:37.970Z', n: 5 })
})

test('the schema that comes along turns numbers into dates, times and decimals', () => {
  const field = (field: string, type: string, name?: string, parameters?: unknown): unknown => ({
    field,
    type,
    name,
    parameters,
  })
  const fields = [
    field('d', 'int32', 'io.debezium.time.Date'),
    field('t', 'int64', 'io.debezium.time.MicroTimestamp'),
    field('z', 'string', 'io.debezium.time.ZonedTimestamp'),
    field('v', 'bytes', 'org.apache.kafka.connect.data.Decimal', { scale: '4' }),
  ]
  const schema = { type: 'struct', fields: [{ type: 'struct', field: 'after', fields }] }
  const after = { d: 18_460, t: 1_595_008_822_123_456, z: '2020-07-17T18:00:22Z', v: 'EtaH' }
  const [typed] = changes({ schema, payload: { ...change, after } }, { values: 'typed' })
  assert.deepEqual(typed!.row, {
    d: '2020-07-17',
    t: '2020-07-17T18:00:22.123',
    z: '2020-07-17T18:00:22Z',
    v: '123.4567',
  })
})

test('a message of Canal is a record a row, each with its own bytes and with the row as it was', () => {
  const message = {
    data: [
      { id: '1', state: 'b' },
      { id: '2', state: 'c' },
    ],
    old: [{ state: 'a' }, { state: 'b' }],
    database: 'shop',
    es: 1_598_944_202_000,
    id: 2,
    isDdl: false,
    pkNames: ['id'],
    table: 'orders',
    ts: 1_598_944_202_218,
    type: 'UPDATE',
  }
  const text = JSON.stringify(message)
  const found = Array.from(changeEvents.read(Buffer.from(text), changeEvents.options({})))
  const trees = found.map((one) => (one.ok ? (one.tree as Change) : null))
  assert.deepEqual(
    trees.map((one) => [one!.before, one!.row, one!.key, one!.at]),
    [
      [{ id: '1', state: 'a' }, { id: '1', state: 'b' }, { id: '1' }, 1_598_944_202_000],
      [{ id: '2', state: 'b' }, { id: '2', state: 'c' }, { id: '2' }, 1_598_944_202_000],
    ],
  )
  assert.deepEqual([found[0]!.from, found[1]!.to], [0, text.length])
  assert.ok(text.slice(found[1]!.from).startsWith('{"id":"2"'))
  const [ddl] = changes({ ...message, data: null, isDdl: true, type: 'ALTER', sql: 'alter table' })
  assert.deepEqual([ddl!.kind, ddl!.ddl], ['schema', 'alter table'])
  assert.deepEqual(outcomes(JSON.stringify({ ...message, data: [] })), ['bad-value'])
})

test('Maxwell, GoldenGate, DMS, DTS, Qlik, wal2json and flattened rows tell the same change', () => {
  const row = { id: 1, state: 'b' }
  const before = { id: 1, state: 'a' }
  const says: readonly (readonly [string, unknown])[] = [
    [
      'maxwell',
      {
        database: 'd',
        table: 'orders',
        type: 'update',
        ts: 1_596_684_883,
        xid: 9,
        data: row,
        old: { state: 'a' },
      },
    ],
    [
      'goldengate',
      {
        table: 'S.orders',
        op_type: 'U',
        op_ts: '2020-05-13 17:26:27.936000',
        pos: '0012',
        before,
        after: row,
      },
    ],
    [
      'dms',
      {
        data: row,
        'before-image': before,
        metadata: {
          timestamp: '2020-05-13T17:26:27Z',
          'record-type': 'data',
          operation: 'update',
          'table-name': 'orders',
        },
      },
    ],
    [
      'dts',
      {
        schema: { source: { tableName: 'orders' } },
        payload: {
          op: 'UPDATE_AFTER',
          before: { dataColumn: before },
          after: { dataColumn: row },
          timestamp: { eventTime: 5 },
        },
      },
    ],
    [
      'qlik',
      {
        magic: 'atMSG',
        message: {
          data: row,
          beforeData: before,
          headers: { operation: 'UPDATE', timestamp: '2020-05-13T17:26:27Z', tableName: 'orders' },
        },
      },
    ],
  ]
  for (const [dialect, message] of says) {
    const [one] = changes(message)
    assert.deepEqual(
      [one!.dialect, one!.op, one!.before, one!.row, one!.table],
      [dialect, 'u', before, row, 'orders'],
    )
    assert.notEqual(one!.at, null)
  }
  const [second] = changes({
    action: 'U',
    schema: 's',
    table: 'orders',
    columns: [
      { name: 'id', value: 1 },
      { name: 'state', value: 'b' },
    ],
  })
  assert.deepEqual([second!.dialect, second!.row], ['wal2json', row])
  const many = changes({
    change: [1, 2].map((id) => ({
      kind: 'insert',
      table: 'orders',
      columnnames: ['id'],
      columnvalues: [id],
    })),
  })
  assert.deepEqual(
    many.map((one) => one.row),
    [{ id: 1 }, { id: 2 }],
  )
  const [flat] = changes({
    ...row,
    __op: 'u',
    __table: 'orders',
    __deleted: 'false',
    __source_ts_ms: 5,
  })
  assert.deepEqual([flat!.dialect, flat!.row, flat!.at], ['flattened', row, 5])
})

test("a change in Confluent's Avro is the same change, its times read by what the schema says of them", () => {
  const row = {
    type: 'record',
    name: 'Value',
    fields: [
      { name: 'id', type: 'int' },
      {
        name: 'updated_at',
        type: { type: 'long', 'connect.name': 'io.debezium.time.MicroTimestamp' },
      },
    ],
  }
  const schema = {
    type: 'record',
    name: 'Envelope',
    fields: [
      { name: 'before', type: ['null', row] },
      { name: 'after', type: ['null', 'Value'] },
      {
        name: 'source',
        type: { type: 'record', name: 'Source', fields: [{ name: 'table', type: 'string' }] },
      },
      { name: 'op', type: 'string' },
      { name: 'ts_ms', type: ['null', 'long'] },
    ],
  }
  const value = {
    before: null,
    after: { Value: { id: 1, updated_at: 1_595_008_822_123_456 } },
    source: { table: 'orders' },
    op: 'c',
    ts_ms: { long: 5 },
  }
  const bytes = Buffer.concat([
    Buffer.from([0, 0, 0, 0, 3]),
    avsc.Type.forSchema(schema as never, { wrapUnions: true }).toBuffer(value),
  ])
  const context = JSON.stringify({ schemas: { 3: { schema: JSON.stringify(schema) } } })
  const [found] = Array.from(changeEvents.read(bytes, changeEvents.options({}), context))
  const { op, table, row: read } = (found!.ok ? found!.tree : {}) as Change
  assert.deepEqual(
    [op, table, read],
    ['c', 'orders', { id: 1, updated_at: '2020-07-17T18:00:22.123' }],
  )
  assert.equal(changeEvents.cut!(bytes, {}), 0)
})

test('NUL inside of a column of bytes is shown, not a reason to refuse the row', () => {
  const [one] = changes('{"data":[{"id":"1","blob":"a\\u0000b"}],"type":"INSERT","table":"orders"}')
  assert.deepEqual(one!.row, { id: '1', blob: 'a\ufffdb' })
})

test('any JSON in place of a change is a record or a fault, never a crash', () => {
  const names = [
    'op',
    'before',
    'after',
    'source',
    'payload',
    'schema',
    'type',
    'data',
    'old',
    'isDdl',
    'op_type',
    'table',
    'metadata',
    'message',
    'change',
    'columns',
    'action',
    '__op',
    'key',
    'value',
    'iodebeziumop',
    'database',
    'updateDescription',
  ]
  const tree = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, 'c', 'u', 'INSERT', 'update', 'I', '{"a":{"$date":1}}', 7, true, ''),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie('any'), { maxKeys: 6 }),
    ),
  })).any
  fc.assert(
    fc.property(tree, (value) => {
      const bytes = Buffer.from(JSON.stringify(value))
      const format = changeEvents
      const found = Array.from(format.read(bytes, format.options({ values: 'typed' })))
      assert.ok(found.length > 0)
      assert.ok(format.sniff(bytes) <= 1)
      assert.ok(debezium.sniff(bytes) <= 1)
    }),
    { numRuns: 1500 },
  )
})
