import { limits } from '#model/limits.ts'
import type { FormatOptions } from '#model/format.ts'
import { encodings, type Encoding } from '../encodings.ts'
import { groupsOption, type Groups } from '../groups.ts'
import { choiceOption, optionsOf } from '../options.ts'
import { columnNames } from './header.ts'

/** Options of a delimited file as `csv` reads them; every key is explained there. */
export type CsvOptions = {
  readonly delimiter: string
  readonly quote: string
  readonly header: true | readonly string[]
  readonly encoding: Encoding
  readonly ragged: 'refuse' | 'fill' | 'mend'
  readonly skip: number
  readonly comment: string
  readonly omit: readonly string[]
  readonly empty: readonly string[]
  readonly lines: null | { readonly column: number; readonly groups: Groups<string> }
}

const keys = [
  'delimiter',
  'quote',
  'header',
  'encoding',
  'ragged',
  'skip',
  'comment',
  'omit',
  'empty',
  'lines',
]
const raggedness = ['refuse', 'fill', 'mend'] as const
const skipMax = 1_000

/** Checks options; throws a sentence that names the option and what was expected. */
export function csvOptions(raw: unknown): FormatOptions {
  const given = optionsOf('csv', raw, keys)
  const header = given['header'] ?? true
  return {
    delimiter: sign('delimiter', given['delimiter'] ?? 'auto', { auto: 'auto', tab: '\t' }),
    quote: sign('quote', given['quote'] ?? '"', { none: '' }),
    header: header === true ? true : columnNames(header),
    encoding: choiceOption('csv', 'encoding', given['encoding'], encodings, 'auto'),
    ragged: choiceOption('csv', 'ragged', given['ragged'], raggedness, 'refuse'),
    skip: skipOption('csv', given['skip']),
    comment: text('comment', given['comment']),
    omit: wordsOption('csv', 'omit', given['omit']).map((word) => word.toLowerCase()),
    empty: wordsOption('csv', 'empty', given['empty']),
    lines: linesOption(given['lines']),
  } satisfies CsvOptions
}

function sign(key: string, value: unknown, words: Readonly<Record<string, string>>): string {
  if (typeof value === 'string') {
    if (Object.hasOwn(words, value)) return words[value]!
    // oxlint-disable-next-line no-control-regex -- separators of ASCII (1C to 1F) and Hive (01) delimit real files
    if (/^[\x20-\x7e\t\x01\x1c-\x1f]$/.test(value)) return value
  }
  throw new TypeError(
    `Option '${key}' of format csv: expected one character or ${Object.keys(words).join(', ')}.`,
  )
}

function text(key: string, value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string' && /^[\x21-\x7e]{1,8}$/.test(value)) return value
  throw new TypeError(`Option '${key}' of format csv: expected the signs a comment begins with.`)
}

/** A number of lines at the start of a file that are passed over. */
export function skipOption(format: string, value: unknown): number {
  const lines = value ?? 0
  if (typeof lines === 'number' && Number.isInteger(lines) && lines >= 0 && lines <= skipMax)
    return lines
  throw new TypeError(
    `Option 'skip' of format ${format}: expected a number of lines up to ${skipMax}.`,
  )
}

/** A list of words, or one word. */
export function wordsOption(format: string, key: string, value: unknown): readonly string[] {
  const list = value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]
  if (list.length <= 100 && list.every((word) => typeof word === 'string' && word !== ''))
    return list as string[]
  throw new TypeError(`Option '${key}' of format ${format}: expected a list of words.`)
}

function linesOption(value: unknown): CsvOptions['lines'] {
  if (value === undefined || value === null) return null
  const given = optionsOf('csv', value, ['type', 'kinds', 'other'])
  const column = given['type'] ?? 1
  if (
    typeof column !== 'number' ||
    !Number.isInteger(column) ||
    column < 1 ||
    column > limits.columnsMax
  )
    throw new TypeError(
      "Option 'lines' of format csv: type is the number of the column with the line's type.",
    )
  const groups = groupsOption<string>('csv', given, (columns, kind) =>
    columns === undefined || columns === null ? [] : columnNames(columns, `columns of ${kind}`),
  )
  return { column: column - 1, groups }
}
