import { endOfString, endOfValue, skipBlank } from './scan.ts'

/**
 * Index of the value at a path of keys inside of the object at `from`, which is valid JSON. Of equal keys the last counts, as
 * JSON.parse has it.
 */
export function locate(bytes: Buffer, from: number, path: readonly string[]): number {
  let value = from
  for (const key of path) {
    let index = skipBlank(bytes, value + 1)
    while (bytes[index] === 34) {
      const end = endOfString(bytes, index)
      const name = JSON.parse(bytes.toString('utf8', index, end)) as string
      const begin = skipBlank(bytes, skipBlank(bytes, end) + 1)
      if (name === key) value = begin
      index = skipBlank(bytes, endOfValue(bytes, begin))
      if (bytes[index] === 44) index = skipBlank(bytes, index + 1)
    }
  }
  return value
}

/** Where each of the `count` elements of the valid array at `from` begins and ends. */
export function* elementsAt(
  bytes: Buffer,
  from: number,
  count: number,
): Generator<readonly [from: number, to: number]> {
  let next = skipBlank(bytes, from + 1)
  for (let i = 0; i < count; i++) {
    const end = endOfValue(bytes, next)
    yield [next, end]
    next = skipBlank(bytes, skipBlank(bytes, end) + 1)
  }
}
