/** Bugs to plant, as data: each is a small edit that breaks one promise, and the quick check that must notice it. */

export type Edit = { readonly file: string; readonly find: string; readonly replace: string }

export type Bug = {
  readonly name: string
  /** Each `find` must stand in its file once. */
  readonly edits: readonly Edit[]
  /** The test file that must fail with the bug and pass without it. */
  readonly check: string
}

const order = 'test/promises/order.test.ts'
const onDatabase = 'test/promises/orders-on-database.int.test.ts'
const oneTransaction = 'test/promises/one-transaction.int.test.ts'
const access = 'test/promises/access.int.test.ts'
const versions = 'test/promises/versions.int.test.ts'
const events = 'test/promises/events.test.ts'
const tampering = 'test/promises/tampering.int.test.ts'

const lane = 'src/flow/lane.ts'
const join = 'src/collation/join.ts'
const afterCommit = `await context.failpoint?.('after-commit')`

export const bugs: readonly Bug[] = [
  {
    name: 'acknowledge before the commit',
    check: oneTransaction,
    edits: [
      {
        file: 'src/flow/pipeline.ts',
        find: 'this.#queue.push({ ...item, resolve, reject })',
        replace: `this.#queue.push({ ...item, resolve, reject })
      resolve({ received: 6, accepted: 5, duplicate: 0, quarantined: 1, rejected: 0, events: 5 })`,
      },
    ],
  },
  {
    name: 'the outbox in a second transaction',
    check: oneTransaction,
    edits: [
      { file: lane, find: '        w.outbox.run(writer),\n', replace: '' },
      {
        file: lane,
        find: afterCommit,
        replace: `${afterCommit}; await wires.writer.query('begin'); await w.outbox.run(wires.writer); await wires.writer.query('commit')`,
      },
    ],
  },
  {
    name: 'the position in another transaction',
    check: oneTransaction,
    edits: [
      { file: lane, find: '        w.positions.run(writer),\n', replace: '' },
      {
        file: lane,
        find: afterCommit,
        replace: `${afterCommit}; await wires.writer.query('begin'); await w.positions.run(wires.writer); await wires.writer.query('commit')`,
      },
    ],
  },
  {
    name: 'duplicates counted as accepted',
    check: oneTransaction,
    edits: [
      {
        file: 'src/flow/batch.ts',
        find: `mapped.events.length === 0 ? 'A' : 'D'`,
        replace: `mapped.events.length === 0 ? 'A' : 'A'`,
      },
    ],
  },
  {
    name: 'quarantined records counted as rejected',
    check: oneTransaction,
    edits: [
      { file: 'src/flow/batch.ts', find: 'totals.quarantined++', replace: 'totals.rejected++' },
    ],
  },
  {
    name: 'quarantine without bytes',
    check: oneTransaction,
    edits: [
      {
        file: 'src/flow/write-batch.ts',
        find: 'q.record_to.int4(record.to)',
        replace: 'q.record_to.int4(record.from)',
      },
    ],
  },
  {
    name: 'quarantine without a reason',
    check: oneTransaction,
    edits: [
      {
        file: 'src/flow/write-batch.ts',
        find: 'q.detail.text(storable(record.fault.detail))',
        replace: `q.detail.text('')`,
      },
    ],
  },
  {
    name: 'what was decided before a failure is believed after it',
    check: oneTransaction,
    edits: [
      {
        file: 'src/flow/pipeline.ts',
        find: `      await this.#reconnect()
      this.#inFlight.clear()
      this.#memory.identifiers.clear()
      this.#memory.orders.clear()`,
        replace: `      await this.#reconnect()
      this.#inFlight.clear()`,
      },
    ],
  },
  {
    name: 'security by row not forced on one table',
    check: access,
    edits: [
      {
        file: 'src/store/migrations/0002-row-security.sql',
        find: `execute format('alter table %I force row level security', t);`,
        replace: `if t <> 'ledger' then execute format('alter table %I force row level security', t); end if;`,
      },
    ],
  },
  {
    name: 'SET instead of SET LOCAL',
    check: access,
    edits: [
      {
        file: 'src/store/client.ts',
        find: 'set local orderhub.tenant =',
        replace: 'set orderhub.tenant =',
      },
    ],
  },
  {
    name: 'rows may be written for another tenant',
    check: access,
    edits: [
      {
        file: 'src/store/migrations/0002-row-security.sql',
        find: 'create policy keys_for_authenticate on api_key',
        replace:
          'create policy careless on tenant for insert with check (true);\ncreate policy keys_for_authenticate on api_key',
      },
    ],
  },
  {
    name: 'the version of an order is not checked',
    check: versions,
    edits: [
      {
        file: 'src/store/write-rows.ts',
        find: 'case when order_state.version = excluded.version - 1 then excluded.version else overtaken() end',
        replace: 'excluded.version',
      },
    ],
  },
  {
    name: 'the head of the chain is not checked',
    check: versions,
    edits: [
      {
        file: 'src/store/chain.ts',
        find: ' and batch_seq = $1 - 1 and hash = $6 returning',
        replace: ' and $6::bytea is not null returning',
      },
    ],
  },
  {
    name: 'dedupe without the source',
    check: events,
    edits: [
      {
        file: 'src/mapping/event.ts',
        find: 'let canonical = `${src.name}\\n',
        replace: 'let canonical = `',
      },
    ],
  },
  {
    name: 'the last event wins the status',
    check: events,
    edits: [
      {
        file: 'src/collation/status.ts',
        find: 'stage === undefined || stage.rank < best.rank',
        replace: 'stage === undefined || occurrences.at(-1)![0] < (best.occurrence?.[0] ?? 0)',
      },
      {
        file: 'src/collation/status.ts',
        find: 'if (stage.rank > best.rank || isBetter(occurrence, source, best, trustOf)) {',
        replace: 'if (isBetter(occurrence, source, best, trustOf)) {',
      },
    ],
  },
  {
    name: 'fold by arrival: the fact that comes last wins',
    check: order,
    edits: [
      {
        file: join,
        find: 'const order = byTold(other, told)',
        replace: 'const order = byTold(other, told) === 0 ? 0 : -1',
      },
    ],
  },
  {
    name: 'a tie is won by whoever comes first',
    check: order,
    edits: [
      { file: join, find: '(at === kept[0] && event <= kept[1])', replace: 'at === kept[0]' },
    ],
  },
  {
    name: 'a merge forgets the links of one side',
    check: order,
    edits: [
      {
        file: join,
        find: 'for (const [a, b, source, at, event] of from.links)',
        replace: 'for (const [a, b, source, at, event] of from.links.slice(1))',
      },
    ],
  },
  {
    name: 'claims declared wrong are believed when they come again',
    check: order,
    edits: [{ file: 'src/flow/decide.ts', find: 'if (known.voided.size > 0 || ', replace: 'if (' }],
  },
  {
    name: 'the guard counts one claim at a time',
    check: order,
    edits: [
      {
        file: 'src/flow/decide.ts',
        find: 'for (const other of others) neighbours.add(other)',
        replace: 'neighbours.add(others[0]!)',
      },
    ],
  },
  {
    name: 'an unmerge keeps the identifier',
    check: onDatabase,
    edits: [
      {
        file: 'src/flow/resettle.ts',
        find: '  await detachStrays(client, keys, orders)\n',
        replace: '',
      },
    ],
  },
  {
    name: 'an event that a merge is about to move is taken for new',
    check: onDatabase,
    edits: [
      {
        file: 'src/flow/newness.ts',
        find: '    for (const key of partsOf.get(orderKey) ?? []) lookUp(i, key)\n',
        replace: '',
      },
    ],
  },
  {
    name: 'a merge leaves the events behind',
    check: onDatabase,
    edits: [
      {
        file: lane,
        find: '        w.movedEvents.run(writer),\n',
        replace: '',
      },
    ],
  },
  {
    name: 'verify does not look at the bytes',
    check: tampering,
    edits: [
      { file: 'src/flow/verify.ts', find: 'if (!intact(row))', replace: 'if (row === null)' },
    ],
  },
  {
    name: 'verify does not look at the orders',
    check: tampering,
    edits: [
      { file: 'src/flow/verify.ts', find: 'await verifyOrders(client, problems)', replace: '' },
    ],
  },
]
