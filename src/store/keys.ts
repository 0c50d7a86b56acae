import type pg from 'pg'
import { withAccess, type Access } from './client.ts'

const blockSize = 10_000

/**
 * Hands out keys from blocks of a sequence, so that a batch needs no round trip for them. Gaps after a crash are fine.
 * `ensure(n)` must be awaited before `next` or `range` are asked for up to n keys.
 */
export type KeySource = {
  next: () => number
  range: (count: number) => number
  ensure: (count: number) => Promise<void>
}

export function createKeys(
  pool: pg.Pool,
  access: Access,
  sequence: 'order_key_sequence' | 'receipt_key_sequence',
): KeySource {
  let low = 0
  let high = 0
  let filling: Promise<void> | null = null
  const spare: { low: number; high: number }[] = []
  const fill = async (count: number): Promise<void> => {
    let have = high - low + spare.reduce((sum, block) => sum + block.high - block.low, 0)
    while (have < count) {
      const { rows } = await withAccess(pool, access, (client) =>
        client.query<{ key: number }>(`select nextval('${sequence}') as key`),
      )
      spare.push({ low: rows[0]!.key, high: rows[0]!.key + blockSize })
      have += blockSize
    }
  }
  const range = (count: number): number => {
    if (high - low < count) {
      const block = spare.shift()
      if (block === undefined)
        throw new Error(`no keys of ${sequence} are left; ensure() was not awaited`)
      low = block.low
      high = block.high
    }
    low += count
    return low - count
  }
  return {
    range,
    next: () => range(1),
    ensure: async (count) => {
      while (filling !== null) await filling
      filling = fill(count + blockSize).finally(() => (filling = null))
      await filling
    },
  }
}
