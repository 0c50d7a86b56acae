/** Follows a directory for a source: every file that fits the pattern, in the order in which they were written. */
import { type FSWatcher, watch } from 'node:fs'
import { mkdir, open, readdir } from 'node:fs/promises'
import { matchesGlob } from 'node:path'
import type { Receipt, Totals } from '#model/record.ts'
import type { Source } from '#model/source.ts'
import type { Instant } from '#model/time.ts'
import { nextChunk } from '../chunks.ts'
import { type DroppedFile, lookAt, setAside, setBroken } from './file.ts'

export type DirectoryOptions = {
  readonly source: Pick<Source, 'name' | 'format' | 'formatOptions'>
  readonly directory: string
  /** A glob over names, e.g. `*.csv`; names that begin with a dot or end in .tmp or .part are never looked at. */
  readonly pattern: string
  /** What becomes of a file that was read: moved to `done/`, or left where it is. */
  readonly afterwards: 'move' | 'leave'
  /** A file that has not changed for this long is taken as whole. */
  readonly settleMs: number
  /** How often the directory is looked at when nothing announces a change. */
  readonly pollMs: number
  /** How far a stream was taken, in bytes; 0 for an unknown one. */
  readonly positionOf: (stream: string) => Promise<number>
  /** Resolves after COMMIT; waiting for it is what holds back a fast disk. */
  readonly take: (
    bytes: Buffer,
    about: Pick<Receipt, 'name' | 'context' | 'position'>,
  ) => Promise<Totals>
  readonly log: (message: string) => void
  readonly now?: () => Instant
}

export type DirectoryHealth = {
  readonly source: string
  readonly directory: string
  readonly state: 'idle' | 'reading' | 'waiting' | 'failing'
  readonly filesTaken: number
  readonly filesBroken: number
  readonly bytesTaken: number
  /** Files that are seen and not wholly taken. */
  readonly filesWaiting: number
  /** When the directory was last read, and when something of it was last committed. */
  readonly lookedAt: Instant | null
  readonly takenAt: Instant | null
  readonly receiptsTaken: number
  readonly problem?: string
  readonly problemSince: Instant | null
}

export type DirectoryFollower = AsyncDisposable & {
  readonly health: () => DirectoryHealth
  /** Rejects when following ended by a bug; otherwise resolves once it was stopped. */
  readonly ended: Promise<void>
}

type Seen = {
  readonly size: number
  readonly changedMs: number
  readonly sinceMs: number
  readonly done: boolean
}
type Follow = {
  readonly options: DirectoryOptions
  readonly stopped: AbortSignal
  readonly positions: Map<string, number>
  seen: Map<string, Seen>
  state: DirectoryHealth['state']
  filesTaken: number
  filesBroken: number
  bytesTaken: number
  filesWaiting: number
  lookedAt: Instant | null
  takenAt: Instant | null
  receiptsTaken: number
  problem: string | undefined
  problemSince: Instant | null
}

const filesAtOnceMax = 8

/** Begins to follow; the directory is created when it is missing. Stops between two receipts when disposed. */
export function followDirectory(options: DirectoryOptions): DirectoryFollower {
  const stop = new AbortController()
  const follow: Follow = {
    options,
    stopped: stop.signal,
    positions: new Map(),
    seen: new Map(),
    state: 'idle',
    filesTaken: 0,
    filesBroken: 0,
    bytesTaken: 0,
    filesWaiting: 0,
    lookedAt: null,
    takenAt: null,
    receiptsTaken: 0,
    problem: undefined,
    problemSince: null,
  }
  const ended = run(follow)
  ended.catch(() => undefined)
  return {
    health: () => healthOf(follow),
    ended,
    async [Symbol.asyncDispose]() {
      stop.abort()
      await ended.catch(() => undefined)
    },
  }
}

function healthOf({
  options,
  problem,
  positions: _positions,
  seen: _seen,
  stopped: _stopped,
  ...told
}: Follow): DirectoryHealth {
  const health = { ...told, source: options.source.name, directory: options.directory }
  return problem === undefined ? health : { ...health, problem }
}

async function run(follow: Follow): Promise<void> {
  const { directory, settleMs, pollMs, log, source, now = Date.now } = follow.options
  await mkdir(directory, { recursive: true })
  const bell = createBell(directory, follow.stopped)
  while (!follow.stopped.aborted) {
    try {
      await takeAll(follow)
      follow.problem = undefined
      follow.problemSince = null
      follow.lookedAt = now()
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error)
      if (problem !== follow.problem) log(`${source.name}: ${problem}; trying again`)
      follow.problem = problem
      follow.problemSince ??= now()
      follow.state = 'failing'
    }
    await bell.wait(follow.filesWaiting > 0 ? Math.min(settleMs, pollMs) : pollMs)
  }
  bell.close()
}

/** Looks once at every file, oldest first, and takes what is there to be taken. */
async function takeAll(follow: Follow): Promise<void> {
  const files = await filesOf(follow.options)
  // What is no longer there is forgotten, so that memory is bounded by the directory.
  const streams = new Set(files.map(({ stream }) => stream))
  for (const stream of follow.positions.keys())
    if (!streams.has(stream)) follow.positions.delete(stream)
  follow.seen = new Map(files.map((file) => [file.stream, seeAgain(follow, file)]))
  let waiting = files.filter(({ stream }) => !follow.seen.get(stream)!.done).length
  // Begun in their order; a few overlap, so that many small files share transactions.
  const queue = files.values()
  const worker = async () => {
    for (const file of queue) {
      if (follow.stopped.aborted) break
      const seen = follow.seen.get(file.stream)!
      if (seen.done) continue
      follow.filesWaiting = waiting
      if (
        await takeFile(follow, file, performance.now() - seen.sinceMs >= follow.options.settleMs)
      ) {
        follow.seen.set(file.stream, { ...seen, done: true })
        waiting--
      }
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: filesAtOnceMax }, worker))
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  follow.filesWaiting = waiting
  follow.state = waiting > 0 ? 'waiting' : 'idle'
}

/** How long a file has stood still is measured by this process: clocks of file servers and of writers may be off. */
function seeAgain({ seen }: Follow, { stream, size, changedMs }: DroppedFile): Seen {
  const before = seen.get(stream)
  const same = before?.size === size && before.changedMs === changedMs
  return same ? before : { size, changedMs, sinceMs: performance.now(), done: false }
}

async function filesOf({ directory, pattern }: DirectoryOptions): Promise<DroppedFile[]> {
  const names = (await readdir(directory)).filter((name) => isWanted(name, pattern))
  const files: DroppedFile[] = []
  for (const name of names) {
    const file = await lookAt(directory, name)
    if (file !== undefined) files.push(file)
  }
  return files.toSorted((a, b) => a.changedMs - b.changedMs || (a.name < b.name ? -1 : 1))
}

function isWanted(name: string, pattern: string): boolean {
  return !name.startsWith('.') && !/\.(?:tmp|part)$/i.test(name) && matchesGlob(name, pattern)
}

/** Takes what is whole. True when the file needs no further look unless it changes. */
async function takeFile(follow: Follow, file: DroppedFile, settled: boolean): Promise<boolean> {
  const { options, positions } = follow
  const { source } = options
  const known = positions.get(file.stream) ?? (await options.positionOf(file.stream))
  // A file that shrank was written anew under the same identity.
  let position = known > file.size ? 0 : known
  const handle = await open(file.path).catch(ignoreMissing)
  if (handle === undefined) return true
  try {
    const reading = {
      format: source.format,
      options: source.formatOptions,
      file: handle,
      size: file.size,
      complete: settled,
    }
    while (!follow.stopped.aborted && position < file.size) {
      const next = await nextChunk(reading, position)
      if (next.kind === 'wait') return false
      if (next.kind === 'too-large') return await breakFile(follow, file, next.detail, settled)
      const { bytes, from, to, context } = next.chunk
      follow.state = 'reading'
      const about = { name: file.name, position: { stream: file.stream, from, to } }
      await options.take(bytes, context === undefined ? about : { ...about, context })
      position = to
      follow.bytesTaken += bytes.length
      follow.receiptsTaken++
      follow.takenAt = (options.now ?? Date.now)()
      positions.set(file.stream, position)
    }
  } finally {
    await handle.close()
  }
  return position >= file.size && settled ? finish(follow, file) : false
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

async function breakFile(
  follow: Follow,
  file: DroppedFile,
  reason: string,
  settled: boolean,
): Promise<boolean> {
  if (!settled) return false
  follow.filesBroken++
  follow.options.log(`${follow.options.source.name}: ${file.name} is set aside: ${reason}`)
  await setBroken(follow.options.directory, file, reason)
  return true
}

async function finish(follow: Follow, file: DroppedFile): Promise<boolean> {
  const { directory, afterwards } = follow.options
  const now = await lookAt(directory, file.name)
  // It grew while it was read: the next look goes on from here.
  if (now !== undefined && (now.size !== file.size || now.stream !== file.stream)) return false
  if (afterwards === 'move' && now !== undefined) await setAside(directory, file, 'done')
  follow.filesTaken++
  return true
}

/** Rings when the directory changes; where the system cannot tell, the poll alone has to do. */
function createBell(
  directory: string,
  stopped: AbortSignal,
): { wait: (ms: number) => Promise<void>; close: () => void } {
  let ring: () => void = () => undefined
  let rung = false
  const onChange = () => {
    rung = true
    ring()
  }
  let watcher: FSWatcher | undefined
  try {
    watcher = watch(directory, onChange)
    watcher.on('error', () => watcher?.close())
  } catch {
    watcher = undefined
  }
  stopped.addEventListener('abort', onChange)
  return {
    async wait(ms) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms)
          ring = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      rung = false
      ring = () => undefined
    },
    close: () => watcher?.close(),
  }
}
