/** A dropped file: who it is, and where it goes when it has been read. */
import { mkdir, rename, stat, writeFile } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import { join } from 'node:path'

export type DroppedFile = {
  readonly name: string
  readonly path: string
  /** The name in `source_position`: the same file keeps it while it grows, a new one of the same name has another. */
  readonly stream: string
  readonly size: number
  readonly changedMs: number
}

const versionsMax = 10_000

/** The file as it is now, or undefined when it is gone or no plain file. */
export async function lookAt(directory: string, name: string): Promise<DroppedFile | undefined> {
  const path = join(directory, name)
  const found = await stat(path).catch(() => undefined)
  if (found === undefined || !found.isFile()) return undefined
  return {
    name,
    path,
    stream: `${name}#${identityOf(found)}`,
    size: found.size,
    changedMs: found.mtimeMs,
  }
}

/** Numbers of files are given out again, so the time of birth is part of it. */
function identityOf({ ino, birthtimeMs }: Stats): string {
  return `${ino.toString(36)}.${Math.round(birthtimeMs * 1000).toString(36)}`
}

/** Moves a file below `<directory>/<shelf>/`, beside earlier ones of its name; returns where it stands now. */
export async function setAside(
  directory: string,
  file: DroppedFile,
  shelf: string,
): Promise<string> {
  const home = join(directory, shelf)
  await mkdir(home, { recursive: true })
  const target = await freeName(home, file.name)
  await rename(file.path, target)
  return target
}

/** A file the hub cannot read goes to `broken/`, with the reason beside it. */
export async function setBroken(
  directory: string,
  file: DroppedFile,
  reason: string,
): Promise<void> {
  const target = await setAside(directory, file, 'broken')
  await writeFile(`${target}.reason.txt`, `${reason}\n`)
}

async function freeName(home: string, name: string): Promise<string> {
  for (let version = 1; version <= versionsMax; version++) {
    const target = join(home, version === 1 ? name : `${name}.${version}`)
    if ((await stat(target).catch(() => undefined)) === undefined) return target
  }
  throw new Error(`${join(home, name)} exists ${versionsMax} times; clear the folder.`)
}
