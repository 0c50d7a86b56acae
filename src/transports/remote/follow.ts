/** Follows a folder on a server of somebody else: every file that is whole is fetched, taken in chunks, and set aside. */
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, matchesGlob } from 'node:path'
import { nextChunk } from '../chunks.ts'
import { type Report, startFollower } from '../follower.ts'
import type { Host, RunningTransport } from '../port.ts'
import type { RemoteOptions } from './options.ts'

/** A file as the server lists it; `changed` is whatever it says about the time of the last change. */
export type RemoteFile = { readonly name: string; readonly size: number; readonly changed: string }

/** A connection to the folder. Names are plain, or `<shelf>/<name>`. */
export type RemoteFolder = {
  readonly list: () => Promise<RemoteFile[]>
  readonly fetch: (name: string, localPath: string) => Promise<void>
  readonly exists: (name: string) => Promise<boolean>
  readonly makeShelf: (shelf: string) => Promise<void>
  readonly rename: (from: string, to: string) => Promise<void>
  readonly remove: (name: string) => Promise<void>
  /** Ends the connection at once, also in the middle of something. */
  readonly close: () => void
}

type Seen = { readonly changed: string; readonly size: number; readonly sinceMs: number }
type Follow = {
  readonly host: Host
  readonly options: RemoteOptions
  seen: Map<string, Seen>
  /** Files that were wholly taken and stay where they are. */
  done: Set<string>
}

const versionsMax = 1000
const forgetMs = 7 * 24 * 3_600_000

/** Starts following; `connect` is called for every look. */
export function followRemote(
  host: Host,
  kind: string,
  options: RemoteOptions,
  connect: (signal: AbortSignal) => Promise<RemoteFolder>,
): RunningTransport {
  const follow: Follow = { host, options, seen: new Map(), done: new Set() }
  return startFollower(host, kind, async (report) => {
    const folder = await connect(report.signal)
    report.signal.addEventListener('abort', folder.close)
    try {
      const waiting = await look(follow, folder, report)
      if (waiting > 0) report.state('waiting')
      const { everySeconds, settleSeconds } = options
      return (waiting > 0 ? Math.min(everySeconds, settleSeconds) : everySeconds) * 1000
    } finally {
      report.signal.removeEventListener('abort', folder.close)
      folder.close()
    }
  })
}

/** Looks once, takes what is whole; gives the number of files that are not yet. */
async function look(follow: Follow, folder: RemoteFolder, report: Report): Promise<number> {
  const { host, options } = follow
  const files = (await folder.list()).filter(({ name }) => isWanted(name, options.pattern))
  report.heard()
  const streams = new Set(files.map(streamOf))
  follow.done = new Set([...follow.done].filter((stream) => streams.has(stream)))
  follow.seen = new Map(files.map((file) => [file.name, seeAgain(follow, file)]))
  const open = files.filter((file) => !follow.done.has(streamOf(file)))
  const isWhole = ({ name }: RemoteFile) =>
    performance.now() - follow.seen.get(name)!.sinceMs >= options.settleSeconds * 1000
  const whole = open.filter(isWhole).toSorted(byChange)
  let left = open.length
  report.lag({ value: left, unit: 'files' })
  for (const file of whole) {
    if (report.signal.aborted) break
    report.state('reading')
    await takeFile(follow, folder, file, report)
    report.lag({ value: --left, unit: 'files' })
  }
  if (options.afterwards !== 'leave') await host.forget('file/', host.now() - forgetMs)
  return open.length - whole.length
}

function isWanted(name: string, pattern: string): boolean {
  return (
    !name.startsWith('.') && !/\.(?:tmp|part|filepart)$/i.test(name) && matchesGlob(name, pattern)
  )
}

function byChange(a: RemoteFile, b: RemoteFile): number {
  if (a.changed !== b.changed) return a.changed < b.changed ? -1 : 1
  return a.name < b.name ? -1 : 1
}

/** The same file keeps its stream while nobody writes to it; written again it is another. */
function streamOf({ name, size, changed }: RemoteFile): string {
  return `file/${name}#${changed}.${size}`
}

function seeAgain({ seen }: Follow, { name, size, changed }: RemoteFile): Seen {
  const before = seen.get(name)
  if (before?.size === size && before.changed === changed) return before
  return { size, changed, sinceMs: performance.now() }
}

async function takeFile(
  follow: Follow,
  folder: RemoteFolder,
  file: RemoteFile,
  report: Report,
): Promise<void> {
  const { host, options } = follow
  const stream = streamOf(file)
  const known = await host.positionOf(stream)
  if (file.size > options.fileBytesMax) {
    await setBroken(
      follow,
      folder,
      file,
      report,
      `it has ${file.size} bytes, at most ${options.fileBytesMax} are fetched`,
    )
    return
  }
  const fault =
    known !== null && known.value >= file.size
      ? null
      : await fetchAndTake(follow, folder, file, known?.value ?? 0, report)
  if (report.signal.aborted) return
  if (fault === null) await setAside(follow, folder, file, 'done')
  else await setBroken(follow, folder, file, report, fault)
}

/** Fetches the whole file and takes what is behind `from`; a sentence when it cannot be read. */
async function fetchAndTake(
  { host }: Follow,
  folder: RemoteFolder,
  file: RemoteFile,
  from: number,
  report: Report,
): Promise<string | null> {
  const home = await mkdtemp(join(tmpdir(), 'orderhub-fetched-'))
  try {
    const path = join(home, 'file')
    await folder.fetch(file.name, path)
    await using local = await open(path)
    const { size } = await local.stat()
    if (size !== file.size) throw new Error(`${file.name} changed while it was fetched`)
    const { format, formatOptions } = host.source
    const reading = { format, options: formatOptions, file: local, size, complete: true }
    for (let position = from; position < size && !report.signal.aborted;) {
      const next = await nextChunk(reading, position)
      if (next.kind === 'too-large') return next.detail
      if (next.kind === 'wait') break
      const { bytes, to, context } = next.chunk
      const about = { name: file.name, position: { stream: streamOf(file), from: position, to } }
      await host.take(bytes, context === undefined ? about : { ...about, context })
      report.taken()
      position = to
    }
    return null
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

async function setBroken(
  follow: Follow,
  folder: RemoteFolder,
  file: RemoteFile,
  report: Report,
  reason: string,
): Promise<void> {
  report.alarm(`${file.name} cannot be read: ${reason}`)
  if (follow.options.afterwards === 'leave') follow.done.add(streamOf(file))
  else await moveTo(folder, file, 'broken')
}

async function setAside(
  follow: Follow,
  folder: RemoteFolder,
  file: RemoteFile,
  shelf: string,
): Promise<void> {
  if (follow.options.afterwards === 'leave') follow.done.add(streamOf(file))
  else if (follow.options.afterwards === 'delete') await folder.remove(file.name)
  else await moveTo(folder, file, shelf)
}

/** Beside earlier ones of its name. */
async function moveTo(folder: RemoteFolder, { name }: RemoteFile, shelf: string): Promise<void> {
  await folder.makeShelf(shelf)
  for (let version = 1; version <= versionsMax; version++) {
    const target = `${shelf}/${version === 1 ? name : `${name}.${version}`}`
    if (await folder.exists(target)) continue
    await folder.rename(name, target)
    return
  }
  throw new Error(`${shelf}/${name} exists ${versionsMax} times; clear the folder.`)
}
