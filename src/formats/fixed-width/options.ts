import { limits } from '#model/limits.ts'
import type { FormatOptions } from '#model/format.ts'
import { encodings, type Encoding } from '../encodings.ts'
import { groupsOption, type Groups } from '../groups.ts'
import { choiceOption, optionsOf } from '../options.ts'

/** A column: `start` counts from 0 here, from 1 in the option; without a length it reaches to the end of the line. */
export type Column = { readonly name: string; readonly start: number; readonly length: number }

/** Options as `fixed-width` reads them; every key is explained there. */
export type FixedOptions = {
  readonly columns: readonly Column[]
  readonly encoding: Encoding
  readonly skip: number
  readonly omit: readonly string[]
  readonly empty: readonly string[]
  /** 0: lines end with line breaks; else every so many characters. */
  readonly every: number
  readonly lines: null | {
    readonly start: number
    readonly length: number
    readonly groups: Groups<Column>
  }
}

const keys = ['columns', 'encoding', 'skip', 'omit', 'empty', 'every', 'lines']
const skipMax = 1_000
const widthMax = 1_000_000

/** Checks options; throws a sentence that names the option and what was expected. */
export function fixedOptions(raw: unknown): FormatOptions {
  const given = optionsOf('fixed-width', raw, keys)
  const lines = given['lines']
  return {
    columns: columnsOption(given['columns'] ?? [{ name: 'line', start: 1 }], "'columns'"),
    encoding: choiceOption('fixed-width', 'encoding', given['encoding'], encodings, 'auto'),
    skip: numberOption("'skip'", given['skip'] ?? 0, 0, skipMax),
    omit: words('omit', given['omit']),
    empty: words('empty', given['empty']),
    every: numberOption("'every'", given['every'] ?? 0, 0, widthMax),
    lines: lines === undefined || lines === null ? null : linesOption(lines),
  } satisfies FixedOptions
}

function linesOption(value: unknown): FixedOptions['lines'] {
  const given = optionsOf('fixed-width', value, ['type', 'kinds', 'other'])
  const type = optionsOf('fixed-width', given['type'] ?? { start: 1, length: 1 }, [
    'start',
    'length',
  ])
  const groups = groupsOption<Column>('fixed-width', given, (columns, kind) =>
    columns === undefined || columns === null ? [] : columnsOption(columns, `columns of ${kind}`),
  )
  return {
    start: numberOption("'lines.type.start'", type['start'] ?? 1, 1, widthMax) - 1,
    length: numberOption("'lines.type.length'", type['length'] ?? 1, 1, 100),
    groups,
  }
}

function columnsOption(value: unknown, what: string): readonly Column[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > limits.columnsMax)
    throw new TypeError(
      `Option ${what} of format fixed-width: expected a list such as { name: order, start: 1, length: 10 }.`,
    )
  const seen = new Set<string>()
  return value.map((raw: unknown) => {
    const given = optionsOf('fixed-width', raw, ['name', 'start', 'length'])
    const { name } = given
    if (typeof name !== 'string' || name === '' || name === '__proto__' || seen.has(name))
      throw new TypeError(
        `Option ${what} of format fixed-width: every column has a name of its own.`,
      )
    seen.add(name)
    const start = numberOption(`'start' of ${name}`, given['start'], 1, widthMax) - 1
    const length = numberOption(`'length' of ${name}`, given['length'] ?? widthMax, 1, widthMax)
    return { name, start, length }
  })
}

function numberOption(what: string, value: unknown, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max)
    return value
  throw new TypeError(
    `Option ${what} of format fixed-width: expected a whole number from ${min} to ${max}.`,
  )
}

function words(key: string, value: unknown): readonly string[] {
  const list = value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]
  if (list.length <= 100 && list.every((word) => typeof word === 'string' && word !== ''))
    return list as string[]
  throw new TypeError(`Option '${key}' of format fixed-width: expected a list of words.`)
}
