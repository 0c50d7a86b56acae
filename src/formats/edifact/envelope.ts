import { moment } from '../moment.ts'
import { shown } from '../fault.ts'
import type { Elements } from './segment.ts'

/** What a record shows of its interchange (UNB); empty texts where UNB is missing. */
export type Interchange = {
  readonly syntax: string
  readonly version: string
  readonly sender: string
  readonly senderQualifier: string
  readonly receiver: string
  readonly receiverQualifier: string
  readonly date: string
  readonly time: string
  readonly control: string
  /** UNB 0026, what the sender says the interchange is about. */
  readonly reference: string
  readonly test: boolean
  /** Date and time as ISO 8601, where they can be read. */
  readonly at?: string
}

function text(elements: Elements, key: string): string {
  const value = elements[key]
  return typeof value === 'string' ? value.trim() : ''
}

/** The interchange that a UNB begins. */
export function interchangeOf(unb: Elements): Interchange {
  const date = text(unb, 'UNB04')
  const time = text(unb, 'UNB0402')
  const at = moment(date.padStart(6, '0'), time.padStart(4, '0'))
  return {
    syntax: text(unb, 'UNB01'),
    version: text(unb, 'UNB0102'),
    sender: text(unb, 'UNB02'),
    senderQualifier: text(unb, 'UNB0202'),
    receiver: text(unb, 'UNB03'),
    receiverQualifier: text(unb, 'UNB0302'),
    date,
    time,
    control: text(unb, 'UNB05'),
    reference: text(unb, 'UNB07'),
    test: text(unb, 'UNB11') === '1',
    ...(at !== null && { at }),
  }
}

/** What is missing in a UNB; null when nothing is. */
export function judgeInterchange(interchange: Interchange): string | null {
  if (!/^[A-Z0-9]{4}$/.test(interchange.syntax))
    return `UNB names the syntax ${shown(interchange.syntax)}, not four letters such as UNOC.`
  const missing = [
    interchange.version === '' && 'the version of the syntax',
    interchange.sender === '' && 'the sender',
    interchange.receiver === '' && 'the receiver',
    interchange.control === '' && 'the control reference',
  ].filter((one) => one !== false)
  return missing.length === 0 ? null : `UNB lacks ${missing.join(', ')}.`
}

/** A functional group, as a record shows it. */
export type Group = {
  readonly code: string
  readonly sender: string
  readonly receiver: string
  readonly date: string
  readonly time: string
  readonly control: string
  readonly at?: string
}

/** The functional group that a UNG begins. */
export function groupOf(ung: Elements): Group {
  const date = text(ung, 'UNG04')
  const time = text(ung, 'UNG0402')
  const at = moment(date, time)
  return {
    code: text(ung, 'UNG01'),
    sender: text(ung, 'UNG02'),
    receiver: text(ung, 'UNG03'),
    date,
    time,
    control: text(ung, 'UNG05'),
    ...(at !== null && { at }),
  }
}

/** What a record shows of its own begin (UNH): type, directory (D96A), agency, association's code, reference. */
export function messageOf(unh: Elements): Elements & { message: string; control: string } {
  const association = text(unh, 'UNH0205')
  const access = text(unh, 'UNH03')
  return {
    message: text(unh, 'UNH02'),
    directory: `${text(unh, 'UNH0202')}${text(unh, 'UNH0203')}`,
    agency: text(unh, 'UNH0204'),
    ...(association !== '' && { association }),
    ...(access !== '' && { access }),
    control: text(unh, 'UNH01'),
  }
}

/** Encodings of the character sets that UNB names (ISO 9735 part 1, data element 0001); others are found by their bytes. */
const charsets: Readonly<Record<string, string>> = {
  UNOD: 'iso-8859-2',
  UNOE: 'iso-8859-5',
  UNOF: 'iso-8859-7',
  UNOG: 'iso-8859-3',
  UNOH: 'iso-8859-4',
  UNOI: 'iso-8859-6',
  UNOJ: 'iso-8859-8',
  UNOK: 'windows-1254',
  UNOL: 'iso-8859-15',
  KECA: 'euc-kr',
}

const decoders = new Map<string, TextDecoder>()

/** How bytes above 127 are read where they are no UTF-8; null: as Latin-1. */
export function decoderFor(syntax: string): TextDecoder | null {
  const charset = charsets[syntax]
  if (charset === undefined) return null
  let decoder = decoders.get(charset)
  if (decoder === undefined) decoders.set(charset, (decoder = new TextDecoder(charset)))
  return decoder
}

/** Whether two control numbers are the same, written with zeros in front or not. */
export function sameControl(a: string, b: string): boolean {
  const number = /^\d{1,15}$/
  return a === b || (number.test(a) && number.test(b) && Number(a) === Number(b))
}
