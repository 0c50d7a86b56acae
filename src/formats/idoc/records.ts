import type { Text } from '../text.ts'
import { valueOf } from '../text.ts'
import {
  control,
  control40,
  fixedChars,
  headers,
  segments,
  status40,
  type Field,
} from './layouts.ts'

export type Fields = Record<string, unknown>

/** One record of a flat file: control, status or data, with where it stands as indexes of the text. */
export type FlatRecord =
  | {
      readonly kind: 'control'
      readonly from: number
      readonly to: number
      readonly fields: Fields
    }
  | { readonly kind: 'status'; readonly from: number; readonly to: number; readonly fields: Fields }
  | {
      readonly kind: 'data'
      readonly from: number
      readonly to: number
      /** Type of the segment, `E1EDK01`. */
      readonly type: string
      readonly number: string
      readonly parent: string
      readonly level: number
      readonly fields: Fields
    }
  | { readonly kind: 'other'; readonly from: number; readonly to: number; readonly text: string }

/** Cuts a file into its records: lines, or records of fixed length where there are no line ends. */
export function* recordsOf(source: Text): Generator<FlatRecord> {
  const { text, size } = source
  const fixed =
    size - source.start > fixedChars.dd40 &&
    !text.slice(source.start, source.start + 4_096).includes('\n')
  for (let at = source.start; at < size;) {
    const from = at
    let to: number
    if (fixed) to = Math.min(size, at + lengthAt(text, at))
    else {
      const feed = text.indexOf('\n', at)
      to = feed < 0 ? size : feed
    }
    at = fixed ? to : to + 1
    let end = to
    while (end > from && source.codes[end - 1]! <= 32) end--
    if (end > from) yield recordAt(from, end, valueOf(source, from, end))
  }
}

function lengthAt(text: string, at: number): number {
  if (text.startsWith('EDI_DC40', at)) return fixedChars.control40
  return text.startsWith('EDI_DS40', at) ? fixedChars.status40 : fixedChars.dd40
}

function recordAt(from: number, to: number, line: string): FlatRecord {
  if (line.startsWith('EDI_DC40'))
    return { kind: 'control', from, to, fields: fieldsOf(line, control40, 0) }
  if (/^EDI_DC(\s|$)/.test(line))
    return { kind: 'control', from, to, fields: older(fieldsOf(line, control, 0)) }
  if (/^EDI_DS(40|\s|$)/.test(line))
    return { kind: 'status', from, to, fields: fieldsOf(line, status40, 0) }
  const header = headerOf(line)
  if (header === null) return { kind: 'other', from, to, text: line.slice(0, 40) }
  const head = fieldsOf(line, header, 0) as Record<string, string>
  const type = typeOf(head['SEGNAM'] ?? '')
  const layout = segments.get(type)
  const start = header.at(-1)!.to
  return {
    kind: 'data',
    from,
    to,
    type,
    number: head['SEGNUM'] ?? '',
    parent: head['PSGNUM'] ?? '',
    level: Number(head['HLEVEL'] ?? 0) || 0,
    fields: layout === undefined ? unknownFields(line.slice(start)) : fieldsOf(line, layout, start),
  }
}

/** The release of a data record, by where its client and segment numbers stand. */
function headerOf(line: string): readonly Field[] | null {
  if (!/^[A-Z/]\S/.test(line)) return null
  if (
    /^\S{1,30} *$/.test(line.slice(0, 30)) &&
    /^[\d ]{11,14}$/.test(line.slice(49, 63).padEnd(11))
  )
    return headers.dd40
  if (!/^\S{2,10} *$/.test(line.slice(0, 10)) || !/^[\d ]*$/.test(line.slice(29, 35))) return null
  const typed = line.slice(35, 45).trimEnd() === line.slice(0, 10).trimEnd()
  return typed ? headers.dd3typed : headers.dd3
}

/** `E2EDK01005`, the definition of a release, as the type `E1EDK01` that all releases share. */
export function typeOf(name: string): string {
  const base = name.length > 7 ? name.replace(/\d{3}$/, '') : name
  return base.replace(/^((?:\/\w+\/)?[A-Z])2/, '$11')
}

/** Fields that hold something, without the spaces around it. */
function fieldsOf(line: string, layout: readonly Field[], start: number): Fields {
  const fields: Fields = {}
  for (let i = 0; i < layout.length; i++) {
    const { name, from, to } = layout[i]!
    if (start + from >= line.length) break
    const value = line.slice(start + from, start + to).trim()
    if (value !== '') fields[name] = value
  }
  return fields
}

/** A segment nobody described here keeps its data as it stands. */
function unknownFields(data: string): Fields {
  const text = data.trimEnd()
  return text === '' ? {} : { SDATA: text }
}

/** Release 3.x names the type of IDoc twice. */
function older(fields: Fields): Fields {
  fields['IDOCTYP'] ??= fields['DOCTYP']
  fields['MESTYP'] ??= fields['STDMES']
  return fields
}
