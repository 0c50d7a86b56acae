/** Expected facts of payloads that others wrote (test/facts/<kind>.tsv), and whether what the catalog makes of a file holds them. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { tryFile } from '#catalog/attempt.ts'
import type { Catalog } from '#catalog/catalog.ts'
import type { HubEvent } from '#model/event.ts'
import { identifierTypes } from '#model/identifier.ts'

/** Kinds of samples with a folder of that name. */
export const kinds = [
  '01-x12',
  '02-edifact',
  '03-sap',
  '04-carrier-tracking',
  '05-epcis',
  '06-cdc',
  '07-commerce-itsm',
  '08-iot',
  '09-csv-drops',
] as const
export type Kind = (typeof kinds)[number]

export const samplesFolder = resolve(import.meta.dirname, '../../../shared/samples')
const factsFolder = resolve(import.meta.dirname, '../../test/facts')

/**
 * What a file must give: events that hold `facts`, nothing (it is understood and says nothing of an order), or quarantine with
 * the fault `code`. A fact is written `delivered ACT 2026-03-04T10:02 tracking=X city=Y`: the milestone (`*` for any), the classifier, the begin
 * of the instant in UTC, and values of identifiers, facts, place, part, hold or sub-status; `~` stands for a space.
 */
export type Expectation = {
  readonly file: string
  readonly verdict: 'events' | 'nothing' | 'refused'
  readonly code: string
  readonly facts: readonly string[]
}

/** `missing`: facts that no event holds, and sentences about the verdict. */
export type Checked = {
  readonly expectation: Expectation
  readonly source: string | null
  readonly missing: readonly string[]
}

/** The expectations of a kind; none when nobody has written them. */
export function expectationsOf(kind: Kind): readonly Expectation[] {
  const file = join(factsFolder, `${kind}.tsv`)
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines
    .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('file\t'))
    .map((line) => {
      const [path = '', verdict = '', facts = ''] = line.split('\t')
      const [word = '', code = ''] = verdict.split(' ')
      return {
        file: path,
        verdict: word as Expectation['verdict'],
        code,
        facts: facts.split(' | ').filter((fact) => fact !== ''),
      }
    })
}

/** Reads the file with the catalog and compares. */
export async function checkFile(
  catalog: Catalog,
  kind: Kind,
  expectation: Expectation,
  receivedAt: number,
): Promise<Checked> {
  const events: HubEvent[] = []
  const path = join(samplesFolder, kind, expectation.file)
  const tried = await tryFile(catalog, path, receivedAt, (event) => events.push(event))
  const missing = expectation.facts.filter((fact) => !events.some((event) => holds(event, fact)))
  const { verdict, code } = expectation
  if (verdict === 'events' && events.length === 0)
    missing.push(`no events: ${tried.reason ?? 'nothing was found'}`)
  if (verdict === 'nothing' && (tried.events > 0 || tried.quarantined > 0))
    missing.push(`not silent: ${tried.events} events, ${tried.reason ?? 'no fault'}`)
  if (verdict === 'refused' && !(tried.reason ?? '').startsWith(code))
    missing.push(`not refused as ${code}: ${tried.events} events, ${tried.reason ?? 'no fault'}`)
  return { expectation, source: tried.source, missing }
}

function holds(event: HubEvent, fact: string): boolean {
  const [milestone, ...rest] = fact.split(' ')
  return (
    (milestone === '*' || event.milestone === milestone) &&
    rest.every((one) => holdsOne(event, one))
  )
}

function holdsOne(event: HubEvent, wanted: string): boolean {
  if (/^(?:ACT|EST|PLN|REQ)$/.test(wanted)) return event.classifier === wanted
  if (/^\d{4}-/.test(wanted)) return new Date(event.time.at).toISOString().startsWith(wanted)
  const [key = '', ...values] = wanted.split('=')
  const value = values.join('=').replaceAll('~', ' ')
  if (value === '') return true
  if (key in identifierTypes)
    return event.identifiers.some((id) => id.type === key && id.value === value.toUpperCase())
  return valuesOf(event, key).some((one) => String(one) === value)
}

function valuesOf(event: HubEvent, key: string): readonly unknown[] {
  const inLines = Object.values(event.lines ?? {}).map((line) => line[key])
  const place = event.place?.[key as keyof NonNullable<HubEvent['place']>]
  const others: Readonly<Record<string, unknown>> = {
    hold: event.hold?.kind,
    sub: event.substatus,
    words: event.words,
    certainty: event.time.certainty,
    part: event.part.kind === 'order' ? 'order' : event.part.key,
    lines: Object.keys(event.lines ?? {}).length,
  }
  return [event.facts?.[key], place, others[key], ...inLines]
}
