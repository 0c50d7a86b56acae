const predefined: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  apos: "'",
  quot: '"',
}
/** `&` and `;` around at most this many characters: the longest is a number written with zeros in front. */
const referenceCharsMax = 12

/**
 * Replaces the five predefined entities and character references (XML 1.0, 4.1 and 4.6). Anything else gives a sentence that
 * says what is wrong. Nothing is expanded twice, so the result is never longer than the text.
 */
export function unescaped(text: string): { readonly text: string } | { readonly wrong: string } {
  let result = ''
  let done = 0
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', done)) {
    const end = text.indexOf(';', at)
    if (end < 0 || end - at > referenceCharsMax)
      return { wrong: "An '&' stands alone; in XML it is written '&amp;'." }
    const name = text.slice(at + 1, end)
    const value = name.startsWith('#')
      ? character(name)
      : Object.hasOwn(predefined, name)
        ? predefined[name]
        : undefined
    if (value === undefined)
      return {
        wrong: `Entity '&${name.replaceAll(/[^\w#]/g, '?')};' is not known; only the five of XML and numbers are.`,
      }
    result += text.slice(done, at) + value
    done = end + 1
  }
  return { text: result + text.slice(done) }
}

function character(reference: string): string | undefined {
  const hex = /^#x([0-9a-fA-F]+)$/.exec(reference)?.[1]
  const decimal = /^#(\d+)$/.exec(reference)?.[1]
  const code = hex === undefined ? Number(decimal ?? Number.NaN) : Number.parseInt(hex, 16)
  // The characters that XML 1.0 allows (2.2).
  const allowed =
    code === 9 ||
    code === 10 ||
    code === 13 ||
    (code >= 32 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x10000 && code <= 0x10ffff)
  return allowed ? String.fromCodePoint(code) : undefined
}
