/** Events on disk between the two passes of a rebuild: written in the order read, handed back grouped by order. */
import { closeSync, openSync, readSync, rmSync, writeSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** An event and where it comes from; `root` is a number of one of its identifiers, later of its whole order. */
export type Spooled = {
  readonly root: number
  readonly at: number
  readonly id: string
  readonly scope: number
  readonly mapping: number
  readonly receipt: number
  readonly index: number
  readonly from: number
  readonly to: number
  readonly batch: number
  readonly body: string
}

const fixedBytes = 4 + 4 + 8 + 16 + 4 + 4 + 8 + 4 + 4 + 4 + 8
const chunkBytes = 4 * 1024 * 1024
const partitionBytes = 96 * 1024 * 1024

export type Spool = {
  add: (event: Spooled) => void
  readonly bytes: number
  readonly events: number
  /** Groups of whole orders, one partition after another: every event of an order is in one partition. */
  partitions: (rootOf: (number: number) => number) => Generator<Spooled[], void, undefined>
  close: () => void
}

export function createSpool(): Spool {
  const folder = mkdtempSync(join(tmpdir(), 'orderhub-rebuild-'))
  const file = writer(join(folder, 'events'))
  return {
    add: (event) => file.add(event),
    get bytes() {
      return file.bytes
    },
    get events() {
      return file.events
    },
    *partitions(rootOf) {
      file.flush()
      const count = Math.max(1, Math.ceil(file.bytes / partitionBytes))
      if (count === 1) {
        yield [...readAll(file.path)].map((event) => ({ ...event, root: rootOf(event.root) }))
        return
      }
      const parts = Array.from({ length: count }, (_, i) => writer(join(folder, `part-${i}`)))
      for (const event of readAll(file.path)) {
        const root = rootOf(event.root)
        parts[root % count]!.add({ ...event, root })
      }
      for (const part of parts) {
        part.flush()
        yield [...readAll(part.path)]
        part.close()
      }
    },
    close() {
      file.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

type Writer = {
  add: (event: Spooled) => void
  flush: () => void
  close: () => void
  readonly path: string
  readonly bytes: number
  readonly events: number
}

function writer(path: string): Writer {
  const fd = openSync(path, 'w', 0o600)
  let buffer = Buffer.allocUnsafe(chunkBytes)
  let end = 0
  let bytes = 0
  let events = 0
  const flush = (): void => {
    for (let from = 0; from < end;) from += writeSync(fd, buffer, from, end - from)
    end = 0
  }
  return {
    path,
    get bytes() {
      return bytes
    },
    get events() {
      return events
    },
    add(event) {
      const room = fixedBytes + event.body.length * 3
      if (end + room > buffer.length) flush()
      if (room > buffer.length) buffer = Buffer.allocUnsafe(room)
      const start = end
      end = encode(buffer, start, event)
      bytes += end - start
      events++
    },
    flush,
    close: () => closeSync(fd),
  }
}

function encode(b: Buffer, start: number, event: Spooled): number {
  let at = b.writeUInt32LE(event.root, start + 4)
  at = b.writeDoubleLE(event.at, at)
  at += b.write(event.id, at, 16, 'hex')
  at = b.writeInt32LE(event.scope, at)
  at = b.writeInt32LE(event.mapping, at)
  at = b.writeDoubleLE(event.receipt, at)
  at = b.writeInt32LE(event.index, at)
  at = b.writeInt32LE(event.from, at)
  at = b.writeInt32LE(event.to, at)
  at = b.writeDoubleLE(event.batch, at)
  at += b.write(event.body, at)
  b.writeUInt32LE(at - start, start)
  return at
}

function* readAll(path: string): Generator<Spooled, void, undefined> {
  const fd = openSync(path, 'r')
  let buffer = Buffer.allocUnsafe(chunkBytes)
  let kept = 0
  try {
    for (;;) {
      const got = readSync(fd, buffer, kept, buffer.length - kept, null)
      const end = kept + got
      let at = 0
      while (end - at >= 4) {
        const length = buffer.readUInt32LE(at)
        if (end - at < length) break
        yield decode(buffer, at, length)
        at += length
      }
      if (got === 0) return
      kept = end - at
      const next = kept > buffer.length / 2 ? Buffer.allocUnsafe(buffer.length * 2) : buffer
      buffer.copy(next, 0, at, end)
      buffer = next
    }
  } finally {
    closeSync(fd)
  }
}

function decode(b: Buffer, start: number, length: number): Spooled {
  const at = start + 4
  return {
    root: b.readUInt32LE(at),
    at: b.readDoubleLE(at + 4),
    id: b.toString('hex', at + 12, at + 28),
    scope: b.readInt32LE(at + 28),
    mapping: b.readInt32LE(at + 32),
    receipt: b.readDoubleLE(at + 36),
    index: b.readInt32LE(at + 44),
    from: b.readInt32LE(at + 48),
    to: b.readInt32LE(at + 52),
    batch: b.readDoubleLE(at + 56),
    body: b.toString('utf8', at + 64, start + length),
  }
}
