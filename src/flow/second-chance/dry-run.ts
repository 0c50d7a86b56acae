/** What a mapping would make of quarantined records: they are read and mapped, and nothing is written. */
import type { Fault } from '#model/record.ts'
import type { Source } from '#model/source.ts'
import { createPause } from '../pause.ts'
import {
  choose,
  createParseOnce,
  readReceipt,
  type Reach,
  type ReceiptBytes,
  type Selection,
} from './selection.ts'

/** Records that would still wait, by what is then wrong with them. */
export type StillFailing = {
  readonly source: string
  readonly code: string
  readonly detail: string
  readonly path: string
  readonly count: number
  /** The id of one of them. */
  readonly example: string
}

/** `events`: of the healed records; some of them may be known already. */
export type DryRun = {
  readonly tried: number
  readonly healed: number
  readonly events: number
  readonly failing: readonly StillFailing[]
}

export type DryRunOptions = {
  /** The mapping to try, of a source by its name; undefined where there is none. */
  readonly sourceNamed: (name: string) => Source | undefined
  /** Called after each record. */
  readonly onProgress?: () => void
  readonly signal?: AbortSignal
}

/** Different reasons told; what is beyond is counted in the last. */
const reasonsMax = 50

/** Tries the selection. Receipts are parsed once each; a record that the parser no longer finds keeps failing. */
export async function dryRun(
  reach: Reach,
  selection: Selection,
  { sourceNamed, onProgress, signal }: DryRunOptions,
): Promise<DryRun> {
  const chosen = await choose(reach, selection)
  const parse = createParseOnce()
  const failing = new Map<string, StillFailing>()
  const pause = createPause()
  let readKey = -1
  let receipt: ReceiptBytes | null = null
  let healed = 0
  let events = 0
  for (const { key, source: name, receiptKey, recordIndex } of chosen) {
    signal?.throwIfAborted()
    if (readKey !== receiptKey) receipt = await readReceipt(reach, (readKey = receiptKey))
    const source = sourceNamed(name)
    const fault = (detail: string): Fault => ({ code: 'unsupported', detail })
    if (source === undefined || receipt === null) {
      note(failing, name, fault(`the source "${name}" is not installed`), key)
    } else {
      const { bytes, context, receivedAt } = receipt
      const found = (await parse(receiptKey, source, bytes, context ?? undefined))[recordIndex]
      const mapped = found && source.map(found, receivedAt)
      if (mapped === undefined)
        note(failing, name, fault('the receipt has no such record now'), key)
      else if (mapped.kind === 'quarantined') note(failing, name, mapped.fault, key)
      else {
        healed++
        events += mapped.events.length
      }
    }
    onProgress?.()
    if (pause.due()) await pause.take()
  }
  const reasons = [...failing.values()].toSorted((a, b) => b.count - a.count)
  return { tried: chosen.length, healed, events, failing: reasons }
}

function note(
  failing: Map<string, StillFailing>,
  source: string,
  { code, detail, path = '' }: Fault,
  key: number,
): void {
  const cause = `${source}\n${code}\n${causeText(path)}\n${causeText(detail)}`
  const known = failing.get(cause)
  if (known !== undefined) failing.set(cause, { ...known, count: known.count + 1 })
  else if (failing.size < reasonsMax)
    failing.set(cause, { source, code, detail, path, count: 1, example: String(key) })
  else {
    const [last, row] = [...failing].at(-1)!
    failing.set(last, { ...row, count: row.count + 1 })
  }
}

/** As `cause_text` in the database: what varies from record to record is taken out. */
function causeText(told: string): string {
  return told.replaceAll(/"[^"]*"|'[^']*'/g, '"…"').replaceAll(/\b[0-9][\p{L}\p{N}_]*/gu, '#')
}
