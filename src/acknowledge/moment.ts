import type { Instant } from '#model/time.ts'

/** yyyymmdd in UTC. */
export function dateOf(now: Instant): string {
  return new Date(now).toISOString().slice(0, 10).replaceAll('-', '')
}

/** hhmm in UTC. */
export function timeOf(now: Instant): string {
  return new Date(now).toISOString().slice(11, 16).replace(':', '')
}
