const quote = 34
const backslash = 92

/** White space of JSON, and the record separator of JSON text sequences (RFC 7464). */
export function skipBlank(codes: Uint8Array, at: number): number {
  for (; at < codes.length; at++) {
    const code = codes[at]!
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9 && code !== 30) break
  }
  return at
}

/** Index behind the string that starts at `at`; -1 when it does not end. */
export function endOfString(codes: Uint8Array, at: number): number {
  for (let index = at + 1; index < codes.length; index++) {
    const code = codes[index]!
    if (code === quote) return index + 1
    if (code === backslash) index++
  }
  return -1
}

/**
 * Index behind the JSON value that starts at `at`, found by its brackets alone; -1 when the bytes end inside it.
 * Whether it is valid is for JSON.parse to say.
 */
export function endOfValue(codes: Uint8Array, at: number): number {
  if (at >= codes.length) return -1
  const first = codes[at]
  if (first === quote) return endOfString(codes, at)
  if (first !== 123 && first !== 91) return endOfScalar(codes, at)
  let depth = 0
  for (let index = at; index < codes.length; index++) {
    const code = codes[index]!
    if (code === quote) {
      const end = endOfString(codes, index)
      if (end < 0) return -1
      index = end - 1
    } else if (code === 123 || code === 91) depth++
    else if ((code === 125 || code === 93) && --depth === 0) return index + 1
  }
  return -1
}

function endOfScalar(codes: Uint8Array, at: number): number {
  let index = at
  for (; index < codes.length; index++) {
    const code = codes[index]!
    if (code <= 32 || code === 44 || code === 93 || code === 125 || code === 58) break
  }
  return index === at ? at + 1 : index
}

/** Whether the nesting of a JSON text goes beyond `max`. Texts with few brackets are let through without a full scan. */
export function nestsDeeper(text: string, max: number): boolean {
  if (text.length <= 2 * max) return false
  let budget = max
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      if (--budget < 0) return deeper(text, max)
    }
  }
  return false
}

function deeper(text: string, max: number): boolean {
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (inString) {
      if (code === backslash) at++
      else if (code === quote) inString = false
    } else if (code === quote) inString = true
    else if (code === 123 || code === 91) {
      if (++depth > max) return true
    } else if (code === 125 || code === 93) depth--
  }
  return false
}
