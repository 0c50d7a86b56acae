/** The answer to a received interchange: what became of each of its documents, as the sender's program wants to read it. */
import { receivedEdifact } from '#acknowledge/received-edifact.ts'
import { receivedX12 } from '#acknowledge/received-x12.ts'
import { writeContrl } from '#acknowledge/write-edifact.ts'
import { writeX12Acknowledgement } from '#acknowledge/write-x12.ts'
import type { FaultCode, Found, Mapped } from '#model/record.ts'
import type { Source } from '#model/source.ts'
import type { Instant } from '#model/time.ts'
import { withAccess } from '#store/client.ts'
import { parseSafely } from '../parse.ts'
import { readReceipt, type Reach } from './selection.ts'

/** `text` holds one interchange for each that was received. */
export type Acknowledged =
  | { readonly ok: true; readonly format: 'x12' | 'edifact'; readonly text: string }
  | { readonly ok: false; readonly reason: 'unknown-receipt' | 'not-edi' | 'nothing-to-answer' }

export type AcknowledgeOptions = {
  readonly sourceNamed: (name: string) => Source | undefined
  /** Of X12; 997 when left out. EDIFACT is answered by CONTRL. */
  readonly kind?: '997' | '999'
  readonly now: Instant
}

type Row = { source: string; outcomes: string }
type Refused = { record_index: number; code: FaultCode; detail: string; path: string }

/**
 * Made from what the hub did with the receipt, not from what it would do today. The control number follows from the receipt:
 * asked again, the same answer has the same number, and the partner knows it for a repetition.
 */
export async function acknowledgeReceipt(
  reach: Reach,
  receiptKey: number,
  { sourceNamed, kind = '997', now }: AcknowledgeOptions,
): Promise<Acknowledged> {
  const receipt = await readReceipt(reach, receiptKey)
  const about = receipt && (await readOutcomes(reach, receiptKey))
  if (receipt === null || about === null) return { ok: false, reason: 'unknown-receipt' }
  const source = sourceNamed(about.row.source)
  const format = source?.format.name
  if (source === undefined || (format !== 'x12' && format !== 'edifact'))
    return { ok: false, reason: 'not-edi' }
  const { bytes, context } = receipt
  const found = await parseSafely(source.format, source.formatOptions, bytes, context ?? undefined)
  const mapped = becameOf(found, about.row.outcomes, about.refused)
  const received = format === 'x12' ? receivedX12(bytes, mapped) : receivedEdifact(bytes, mapped)
  const answers = received.map((interchange, i) => {
    const answer = { control: (receiptKey + i) % 1_000_000_000, now }
    return format === 'x12'
      ? writeX12Acknowledgement(interchange, kind, answer)
      : writeContrl(interchange, answer)
  })
  const text = answers.filter((answer) => answer !== null).join('')
  return text === '' ? { ok: false, reason: 'nothing-to-answer' } : { ok: true, format, text }
}

async function readOutcomes({ pool, access }: Reach, receiptKey: number) {
  return withAccess(pool, access, async (client) => {
    const { rows } = await client.query<Row>(
      `select m.source, r.outcomes from receipt r join mapping m on m.mapping_key = r.mapping_key where r.receipt_key = $1`,
      [receiptKey],
    )
    const { rows: refused } = await client.query<Refused>(
      'select record_index, code, detail, path from quarantine where receipt_key = $1',
      [receiptKey],
    )
    const row = rows[0]
    return row === undefined ? null : { row, refused }
  })
}

function becameOf(
  found: readonly Found[],
  outcomes: string,
  refused: readonly Refused[],
): Mapped[] {
  const faults = new Map(refused.map((row) => [row.record_index, row]))
  return found.map(({ from, to }, i) => {
    const fault = faults.get(i)
    if (outcomes[i] !== 'Q' || fault === undefined) return { kind: 'events', from, to, events: [] }
    const { code, detail, path } = fault
    return { kind: 'quarantined', from, to, fault: { code, detail, ...(path !== '' && { path }) } }
  })
}
