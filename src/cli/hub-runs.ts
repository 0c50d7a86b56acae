import type { Announcement } from '#hub/announcement.ts'
import { HubError } from '#model/error.ts'

/** For commands that need the data to themselves. */
export function hubRuns({ pid, url }: Announcement): HubError {
  return new HubError({
    code: 'HUB_RUNNING',
    message: `A hub is running on this data (pid ${pid}, ${url}).`,
    hint: 'Stop it first (Ctrl-C, or "kill" with that number), or name other data with --data.',
  })
}
