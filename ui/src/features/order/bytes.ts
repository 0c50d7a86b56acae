/** A stretch of text; `hit` when the event was made of it. */
export type Stretch = { readonly text: string; readonly hit: boolean }

const needleMin = 2
const hitsMax = 200

/** Cuts `text` at every occurrence of a needle, longest needle first, without overlaps. Short needles are ignored. */
export function highlight(text: string, needles: readonly string[]): readonly Stretch[] {
  const wanted = [...new Set(needles.filter((needle) => needle.length >= needleMin))].toSorted(
    (a, b) => b.length - a.length,
  )
  const taken: [number, number][] = []
  for (const needle of wanted) {
    for (
      let at = text.indexOf(needle);
      at >= 0 && taken.length < hitsMax;
      at = text.indexOf(needle, at + needle.length)
    ) {
      const to = at + needle.length
      if (!taken.some(([from, end]) => at < end && to > from) && isWhole(text, at, to))
        taken.push([at, to])
    }
  }
  const stretches: Stretch[] = []
  let done = 0
  for (const [from, to] of taken.toSorted(([a], [b]) => a - b)) {
    if (from > done) stretches.push({ text: text.slice(done, from), hit: false })
    stretches.push({ text: text.slice(from, to), hit: true })
    done = to
  }
  if (done < text.length) stretches.push({ text: text.slice(done), hit: false })
  return stretches
}

const wordChar = /[\p{L}\p{N}]/u

/** A number inside a longer number is not a hit. */
function isWhole(text: string, from: number, to: number): boolean {
  return (
    !(wordChar.test(text[from - 1] ?? '') && wordChar.test(text[from] ?? '')) &&
    !(wordChar.test(text[to] ?? '') && wordChar.test(text[to - 1] ?? ''))
  )
}

const perLine = 16

/** Classic dump: offset, sixteen bytes in hex, the same as ASCII. Offsets start at `from`. */
export function hexDump(bytes: Uint8Array, from: number, linesMax: number): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length && lines.length < linesMax; at += perLine) {
    const part = Array.from(bytes.subarray(at, at + perLine))
    const hex = part
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join(' ')
      .padEnd(perLine * 3 - 1)
    const ascii = part
      .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·'))
      .join('')
    lines.push(`${(from + at).toString(16).padStart(8, '0')}  ${hex}  ${ascii}`)
  }
  return lines.join('\n')
}

/** Base64 to bytes; what is not base64 gives none. */
export function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
  } catch {
    return new Uint8Array()
  }
}
