/** What the demo company remembers from one start to the next: a chapter is one world of orders. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const schema = z.object({
  seed: z.number().int(),
  /** Worlds of different chapters share no order. */
  chapter: z.number().int().min(0),
  /** Where this chapter's history ends and its live stream begins. */
  now: z.number(),
  /** Orders in the chapter's history, and its days. */
  orders: z.number().int(),
  historyDays: z.number(),
  loaded: z.boolean(),
  /** `at` of the last live message that was sent. */
  sentTo: z.number(),
})
export type DemoState = z.infer<typeof schema>

/** A pause that is made up for: the systems had queued what they had to say. */
const catchUpMsMax = 20 * 60_000
const laterDays = 10

/** The state of the first start. */
export function firstChapter(seed: number, orders: number, now: number): DemoState {
  return { seed, chapter: 0, now, orders, historyDays: 35, loaded: false, sentTo: now }
}

/**
 * How a later start goes on: an unfinished load is done again (what is known is dropped as duplicate), a short pause is
 * caught up, and after a long one a new chapter begins with a few days of its own.
 */
export function nextState(state: DemoState, now: number): DemoState {
  if (!state.loaded || now - state.sentTo <= catchUpMsMax) return state
  const orders = Math.max(1, Math.round((state.orders / state.historyDays) * laterDays))
  return {
    ...state,
    chapter: state.chapter + 1,
    now,
    orders,
    historyDays: laterDays,
    loaded: false,
    sentTo: now,
  }
}

export function readDemoState(dataDir: string): DemoState | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(readFileSync(pathIn(dataDir), 'utf8')))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

export function writeDemoState(dataDir: string, state: DemoState): void {
  const path = pathIn(dataDir)
  writeFileSync(`${path}.new`, JSON.stringify(state))
  renameSync(`${path}.new`, path)
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'demo.json')
}
