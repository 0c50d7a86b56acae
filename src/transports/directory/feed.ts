import type { TransportHealth } from '../port.ts'
import type { DirectoryHealth } from './follow.ts'

/** A directory as the board shows it. */
export function directoryFeed(health: DirectoryHealth): TransportHealth {
  const { source, state, lookedAt, takenAt, filesWaiting, receiptsTaken, filesBroken } = health
  const since = health.problemSince ?? lookedAt ?? 0
  const broken = `${filesBroken} files could not be read; see broken/ in ${health.directory}`
  return {
    source,
    kind: 'directory',
    state,
    lastHeardAt: lookedAt,
    lastTakenAt: takenAt,
    lag: { value: filesWaiting, unit: 'files' },
    receiptsTaken,
    error: health.problem === undefined ? null : { message: health.problem, since },
    alarm: filesBroken === 0 ? null : { message: broken, since: lookedAt ?? 0 },
  }
}
