/**
 * One batch at a time on its way through its transaction. Batches overlap: while one is written, the next decides and a
 * third reads; they decide in order and their statements stand in one queue, so that each may build on the one before.
 */
import type { TrustOf } from '#collation/status.ts'
import type { Totals } from '#model/record.ts'
import { advanceHead, type Head } from '#store/chain.ts'
import type { KeySource } from '#store/keys.ts'
import { writeStatements, type WriteStatements } from '#store/write-rows.ts'
import { chainHash, digestOf } from './chain-hash.ts'
import { outcomesOf, totalsOf, type Batch } from './batch.ts'
import type { Change } from './changes.ts'
import { decideInStretches, type Decision } from './decide.ts'
import { knowledgeOf, readAhead, settleKnowledge, type Memory, type Rulings } from './known.ts'
import { judgeNewness, lookUpSuspects, type InFlight } from './newness.ts'
import { together, type Wires } from './wires.ts'
import {
  fillEvents,
  fillHeldBack,
  fillIdentifiers,
  fillLedger,
  fillOrders,
  fillOutbox,
  fillReceipts,
} from './write-batch.ts'

/** What a batch offers to the one behind it; a rejected promise means that all behind it must be done again. */
export type Turn = { readonly decided: Promise<void>; readonly written: Promise<Head> }

export type LaneContext = {
  readonly memory: Memory
  readonly rulings: () => Rulings
  readonly trustOf: TrustOf
  readonly scopeNames: (key: number) => { company: string; region: string }
  readonly orderKeys: KeySource
  readonly receiptKeys: KeySource
  /** A point where a test stops or kills the hub; absent in production, where nothing waits between the statements. */
  readonly failpoint?: ((name: string) => void | Promise<void>) | undefined
}

export type Done = { readonly seq: number; readonly totals: Totals[]; readonly changes: Change[] }

/** Called as the batch passes each point. */
export type Steps = { decided: () => void; written: (head: Head) => void }

export type Passage = {
  readonly batch: Batch
  readonly seq: number
  readonly before: Turn
  readonly steps: Steps
  /** The batch is done again: nothing is taken for new without a look. */
  readonly again: boolean
}

/** Rows under way; a lane carries one batch at a time. */
export type Lane = {
  run: (passage: Passage, wires: Wires, inFlight: InFlight) => Promise<Done>
}

export function createLane(context: LaneContext): Lane {
  const w = writeStatements()
  return {
    async run(passage, wires, inFlight) {
      try {
        return await carry(passage, wires, inFlight, w, context)
      } catch (error) {
        for (const statement of Object.values(w))
          for (const column of Object.values(statement.columns)) column.take()
        throw error
      }
    },
  }
}

async function carry(
  passage: Passage,
  wires: Wires,
  inFlight: InFlight,
  w: WriteStatements,
  context: LaneContext,
): Promise<Done> {
  const { batch, seq, before, steps } = passage
  const { decision, receiptKey } = await decideInTurn(passage, wires, context)
  // Rows of orders are made at once: the batch behind changes the same states further as soon as it is told.
  const changes = await fillOrders(w, decision, batch, seq, context)
  fillIdentifiers(w.newIdentifiers.columns, decision.freshIdentifiers)
  fillIdentifiers(w.movedIdentifiers.columns, decision.movedIdentifiers)
  fillHeldBack(w, decision)
  fillOutbox(w, changes, seq)
  const newness = judgeNewness(batch.placed, seq, inFlight, passage.again)
  steps.decided()

  const isNew = await lookUpSuspects(wires.reader, batch.placed, decision.merged, newness)
  await fillEvents(w, batch, isNew, receiptKey, seq)
  const outcomes = outcomesOf(batch, isNew)
  const receipts = fillReceipts(w, batch, outcomes, receiptKey, seq)
  fillLedger(w, batch, outcomes, isNew)
  const ids = batch.placed.filter((_, i) => isNew[i]).map((placed) => placed.event.id)
  const eventsDigest = digestOf(ids)
  const previous = (await before.written).hash
  const hash = chainHash(previous, receipts, ids.length, eventsDigest)
  const row = { seq, committedAt: batch.at, receipts: batch.items.length, events: ids.length }
  await write(wires, w, { ...row, eventsDigest, previous, hash }, steps, context)
  await context.failpoint?.('after-commit')
  const counts = batch.items.map(() => 0)
  batch.placed.forEach((placed, i) => (counts[placed.item]! += isNew[i] ? 1 : 0))
  return { seq, changes, totals: outcomes.map((letters, i) => totalsOf(letters, counts[i]!)) }
}

async function decideInTurn(
  { batch, before }: Passage,
  { reader }: Wires,
  context: LaneContext,
): Promise<{ decision: Decision; receiptKey: number }> {
  const { memory, rulings, orderKeys, receiptKeys, failpoint } = context
  const ahead = await readAhead(reader, batch.placed, memory, rulings())
  await failpoint?.('after-read')
  await before.decided
  await settleKnowledge(reader, batch.placed, memory, ahead, rulings())
  await orderKeys.ensure(batch.placed.length)
  await receiptKeys.ensure(batch.items.length)
  const receiptKey = receiptKeys.range(batch.items.length)
  const known = knowledgeOf(memory, rulings(), orderKeys.next)
  return { decision: await decideInStretches(batch.placed, known), receiptKey }
}

/**
 * The whole transaction, all of it sent at once: the database goes from one statement to the next, and from one batch to
 * the next, without waiting for this process. When a statement fails the database refuses what follows, the commit too.
 */
async function write(
  { writer }: Wires,
  w: WriteStatements,
  head: Parameters<typeof advanceHead>[1],
  steps: Steps,
  { failpoint }: LaneContext,
): Promise<void> {
  const parts: [name: string, send: () => Promise<unknown>[]][] = [
    [
      'after-events',
      () => [
        writer.query('begin'),
        w.goneOrders.run(writer),
        w.movedEvents.run(writer),
        w.events.run(writer),
        w.orders.run(writer),
        w.newIdentifiers.run(writer),
        w.movedIdentifiers.run(writer),
        w.reviewClaims.run(writer),
        w.outbox.run(writer),
      ],
    ],
    ['after-receipts', () => [w.receipts.run(writer), w.quarantine.run(writer)]],
    [
      'before-commit',
      () => [
        w.unknownWords.run(writer),
        w.positions.run(writer),
        w.ledger.run(writer),
        advanceHead(writer, head),
      ],
    ],
  ]
  if (failpoint === undefined) {
    const sent = together(writer, () => [
      ...parts.flatMap(([, send]) => send()),
      writer.query('commit'),
    ])
    steps.written(head)
    await Promise.all(sent)
    return
  }
  for (const [name, send] of parts) {
    await Promise.all(together(writer, send))
    await failpoint(name)
  }
  const committed = writer.query('commit')
  steps.written(head)
  await committed
}
