/** Replays a selection of quarantined records one by one, telling how far it is. */
import type { Instant } from '#model/time.ts'
import type { Flow } from '../hub.ts'
import { replayQuarantined } from '../quarantine.ts'
import { choose, createParseOnce, type Reach, type Selection } from './selection.ts'

/** `done` of `total` were looked at: healed, or still failing. `events`: new ones. */
export type ReplayProgress = {
  readonly total: number
  readonly done: number
  readonly healed: number
  readonly failing: number
  readonly events: number
}

export type ReplayOptions = {
  readonly now: () => Instant
  readonly onProgress?: (progress: ReplayProgress) => void
  /** Asked before each record; true ends it. */
  readonly stop?: () => boolean
}

/**
 * Each record has its own transaction, so what was done stays done when this ends early, and doing it again goes on where it
 * was. `reach` decides which records are seen. Resolves with what came of it, also when `stop` ended it.
 */
export async function replayMany(
  flow: Flow,
  reach: Reach,
  selection: Selection,
  { now, onProgress, stop }: ReplayOptions,
): Promise<ReplayProgress> {
  const chosen = await choose(reach, selection)
  const parse = createParseOnce()
  let progress: ReplayProgress = { total: chosen.length, done: 0, healed: 0, failing: 0, events: 0 }
  onProgress?.(progress)
  for (const { key } of chosen) {
    if (stop?.() === true) break
    const became = await replayQuarantined(flow, key, now(), parse)
    const failed = became.kind === 'quarantined'
    progress = {
      total: chosen.length,
      done: progress.done + 1,
      healed: progress.healed + (failed ? 0 : 1),
      failing: progress.failing + (failed ? 1 : 0),
      events: progress.events + (became.kind === 'replayed' ? became.events : 0),
    }
    onProgress?.(progress)
  }
  return progress
}
