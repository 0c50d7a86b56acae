import { latin1 } from '../text.ts'

/** A part of a MIME message without parts of its own: its bytes decoded, and where they stand in the message. */
export type Part = {
  readonly type: string
  readonly bytes: Buffer
  readonly from: number
  readonly to: number
}

const depthMax = 6
const partsMax = 200

/** Whether bytes begin with headers of MIME or with a boundary of it. */
export function isMime(bytes: Buffer): boolean {
  const head = latin1(bytes, 0, Math.min(bytes.length, 4_096)).trimStart()
  return (
    /^(MIME-Version|Content-(Type|ID|Description|Transfer-Encoding|Location)):/im.test(
      head.slice(0, 2_000),
    ) && !head.startsWith('<')
  )
}

/** The leaves of a message (RFC 2045 and 2046); what has no boundary where one is due is one part. */
export function partsOf(bytes: Buffer): Part[] {
  const parts: Part[] = []
  walk(bytes, 0, bytes.length, 0, parts)
  return parts
}

function walk(bytes: Buffer, from: number, to: number, depth: number, parts: Part[]): void {
  if (depth > depthMax || parts.length >= partsMax) return
  const start = skipLines(bytes, from, to)
  // Without headers, as HTTP leaves it, a message begins with its boundary.
  const bare = boundaryLine(bytes, start, to)
  const { headers, body } =
    bare === null
      ? headersOf(bytes, start, to)
      : { headers: new Map<string, string>(), body: start }
  const type = (headers.get('content-type') ?? '').toLowerCase()
  const boundary =
    bare ??
    /boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i
      .exec(headers.get('content-type') ?? '')
      ?.slice(1)
      .find(Boolean)
  if (boundary === undefined || (bare === null && !type.startsWith('multipart/'))) {
    const data = decoded(bytes.subarray(body, to), headers.get('content-transfer-encoding') ?? '')
    parts.push({ type: type.split(';')[0]!.trim(), bytes: data, from: body, to })
    return
  }
  const mark = `--${boundary}`
  let at = bytes.indexOf(mark, body, 'latin1')
  while (at >= 0 && at < to && parts.length < partsMax) {
    if (bytes.toString('latin1', at + mark.length, at + mark.length + 2) === '--') return
    const next = bytes.indexOf(`\n${mark}`, at + mark.length, 'latin1')
    const end = next < 0 || next > to ? to : next
    const begin = bytes.indexOf(10, at)
    if (begin >= 0 && begin < end) walk(bytes, begin + 1, end, depth + 1, parts)
    at = next < 0 ? -1 : next + 1
  }
}

function skipLines(bytes: Buffer, from: number, to: number): number {
  let at = from
  while (at < to && (bytes[at] === 10 || bytes[at] === 13 || bytes[at] === 32)) at++
  return at
}

function boundaryLine(bytes: Buffer, from: number, to: number): string | null {
  if (bytes[from] !== 45 || bytes[from + 1] !== 45) return null
  const feed = bytes.indexOf(10, from)
  return latin1(bytes, from + 2, feed < 0 || feed > to ? Math.min(to, from + 200) : feed).trim()
}

/** Headers up to the first empty line; a part that begins with its content has none. */
function headersOf(
  bytes: Buffer,
  from: number,
  to: number,
): { headers: Map<string, string>; body: number } {
  const headers = new Map<string, string>()
  let at = from
  let last = ''
  while (at < to) {
    const feed = bytes.indexOf(10, at)
    const end = feed < 0 || feed > to ? to : feed
    const line = latin1(bytes, at, Math.min(end, at + 2_000)).trimEnd()
    if (line === '') return { headers, body: end + 1 }
    const found = /^([\w-]{1,80}):\s*(.*)$/.exec(line)
    if (found !== null) {
      last = found[1]!.toLowerCase()
      headers.set(last, found[2]!)
    } else if (/^\s/.test(line) && last !== '')
      headers.set(last, `${headers.get(last)!} ${line.trim()}`)
    else return { headers, body: at }
    at = end + 1
  }
  return { headers, body: to }
}

function decoded(bytes: Buffer, encoding: string): Buffer {
  const name = encoding.trim().toLowerCase()
  if (name === 'base64') return Buffer.from(latin1(bytes, 0, bytes.length), 'base64')
  if (name !== 'quoted-printable') return bytes
  const text = latin1(bytes, 0, bytes.length)
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([0-9A-Fa-f]{2})/g, (_all, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
  return Buffer.from(text, 'latin1')
}
