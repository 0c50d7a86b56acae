/** Column values: from the text PostgreSQL writes to what stands in a change record, by the type's number in pg_type. */

/** Whole and floating numbers are numbers where that loses nothing; decimals stay as written. */
export function valueOf(type: number, text: string): unknown {
  switch (type) {
    case 16:
      return text === 't'
    case 20:
      return Number.isSafeInteger(Number(text)) ? Number(text) : text
    case 21:
    case 23:
    case 26:
      return Number(text)
    case 700:
    case 701:
      return Number.isFinite(Number(text)) ? Number(text) : text
    case 17:
      return Buffer.from(text.replace(/^\\x/, ''), 'hex').toString('base64')
    case 114:
    case 3802:
      return JSON.parse(text) as unknown
    case 1114:
      return text.replace(' ', 'T')
    case 1184:
      return text.replace(' ', 'T').replace(/\+00$/, 'Z')
    default:
      return text
  }
}
