/** How much of another system the hub may use: a token bucket, a share of its time, and what it says itself. */
import type { Instant } from '#model/time.ts'
import type { Limit } from './options.ts'

export type Bucket = {
  /** Ms until the next request may be made; 0 takes a token. */
  readonly take: (now: Instant) => number
  /** An answer came that took so long. */
  readonly worked: (now: Instant, tookMs: number) => void
  /** Nothing before this instant. */
  readonly hold: (until: Instant) => void
}

/** Begins with one token, so that a hub that is started again and again stays below the limit too. */
export function createBucket({ perMinute, burst, busyShare }: Limit): Bucket {
  const perMs = perMinute / 60_000
  let tokens = 1
  let filledAt: Instant | null = null
  let notBefore: Instant = 0
  return {
    take(now) {
      tokens = Math.min(burst, tokens + (now - (filledAt ?? now)) * perMs)
      filledAt = now
      if (now < notBefore) return notBefore - now
      if (tokens < 1) return Math.ceil((1 - tokens) / perMs)
      tokens -= 1
      return 0
    },
    worked(now, tookMs) {
      notBefore = Math.max(notBefore, now + tookMs * (1 / busyShare - 1))
    },
    hold(until) {
      notBefore = Math.max(notBefore, until)
    },
  }
}

const holdMsMax = 3_600_000

/**
 * How long an answer asks to be left alone, in ms; null when it does not. Retry-After (RFC 9110: seconds or a date), and
 * a quota that is used up (draft-ietf-httpapi-ratelimit-headers and the X- forms of it: seconds, or epoch seconds).
 */
export function restMs(headers: Headers, status: number, now: Instant): number | null {
  const after = headers.get('retry-after')
  if (after !== null && (status === 429 || status === 503)) {
    const ms = /^\d+(\.\d+)?$/.test(after) ? Number(after) * 1000 : Date.parse(after) - now
    if (!Number.isNaN(ms)) return Math.max(0, ms)
  }
  const read = (name: string) =>
    headers.get(`ratelimit-${name}`) ??
    headers.get(`x-ratelimit-${name}`) ??
    headers.get(`x-rate-limit-${name}`)
  const [left, reset] = [read('remaining'), read('reset')]
  if (left === null || reset === null || Number(left) > 0 || !/^\d+(\.\d+)?$/.test(reset))
    return null
  const seconds = Number(reset)
  const ms = seconds > 1e9 ? seconds * 1000 - now : seconds * 1000
  return Math.min(Math.max(0, ms), holdMsMax)
}
