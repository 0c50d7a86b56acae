/** A stretch of time, in milliseconds, drawn over `width` pixels. */
export type Scale = { readonly from: number; readonly to: number; readonly width: number }

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const steps = [
  minute,
  5 * minute,
  15 * minute,
  30 * minute,
  hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  4 * day,
  7 * day,
  14 * day,
  28 * day,
  91 * day,
  365 * day,
]

/** Shortest stretch one can zoom to, and the pixels a tick label needs. */
const shortestMs = 10 * minute
const tickPx = 92

export const xOf = (scale: Scale, at: number): number =>
  ((at - scale.from) / (scale.to - scale.from)) * scale.width
export const timeOf = (scale: Scale, x: number): number =>
  scale.from + (x / scale.width) * (scale.to - scale.from)

/**
 * The stretch that shows all times with room at both ends. `padRightPx` keeps the last label inside.
 * A single moment gets an hour around it.
 */
export function fit(
  times: readonly number[],
  width: number,
  padLeftPx: number,
  padRightPx: number,
): Scale {
  const first = Math.min(...times)
  const last = Math.max(...times)
  const length = Math.max(last - first, hour)
  const inner = Math.max(width - padLeftPx - padRightPx, width * 0.4)
  const perPx = length / inner
  return { from: first - padLeftPx * perPx, to: first - padLeftPx * perPx + width * perPx, width }
}

/** Zooms by `factor` (below 1 is closer) about a point; stays between ten minutes and three years. */
export function zoom(scale: Scale, factor: number, aboutX: number): Scale {
  const about = timeOf(scale, aboutX)
  const length = scale.to - scale.from
  const next = Math.min(3 * 365 * day, Math.max(shortestMs, length * factor))
  const share = (about - scale.from) / length
  return { from: about - share * next, to: about + (1 - share) * next, width: scale.width }
}

/** Moves the stretch by pixels. */
export function pan(scale: Scale, px: number): Scale {
  const ms = (px / scale.width) * (scale.to - scale.from)
  return { from: scale.from + ms, to: scale.to + ms, width: scale.width }
}

export type Tick = { readonly at: number; readonly x: number; readonly midnight: boolean }

/** Ticks at round local times, as close as labels allow. `offsetMs` is the viewer's zone at a time (minutes east, in ms). */
export function ticks(scale: Scale, offsetMs: (at: number) => number): readonly Tick[] {
  const perPx = (scale.to - scale.from) / scale.width
  const step = steps.find((each) => each / perPx >= tickPx) ?? steps.at(-1)!
  const found: Tick[] = []
  const start = Math.floor((scale.from + offsetMs(scale.from)) / step) * step
  const end = scale.to + day
  for (let local = start; found.length < 60; local += step) {
    const at = local - offsetMs(local - offsetMs(local))
    if (at > end) break
    const x = xOf(scale, at)
    if (x >= 0 && x <= scale.width) found.push({ at, x, midnight: (at + offsetMs(at)) % day === 0 })
  }
  return found
}
