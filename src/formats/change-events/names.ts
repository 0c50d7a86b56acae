import { isRow } from './change.ts'

const knownMax = 20_000

/**
 * Columns under plain names: small letters and digits only, so that Order_ID, orderId and ORDER-ID are all `orderid`.
 * When two columns become one name, the first with a value stays.
 */
export function plainNames(): (row: unknown) => unknown {
  const known = new Map<string, string>()
  const plainName = (name: string): string => {
    const found = known.get(name)
    if (found !== undefined) return found
    const plain = name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
    if (known.size < knownMax) known.set(name, plain)
    return plain
  }
  return (row) => {
    if (!isRow(row)) return row
    const plain: Record<string, unknown> = {}
    for (const name of Object.keys(row)) {
      const short = plainName(name)
      const value = row[name]
      if (short !== '' && short !== '__proto__' && (plain[short] ?? null) === null)
        plain[short] = value
    }
    return plain
  }
}
