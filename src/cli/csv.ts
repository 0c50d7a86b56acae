/** CSV (RFC 4180) that a spreadsheet shows and does not run. */

export type CsvValue = string | number | boolean | null | undefined

/** One line with its end. */
export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map(csvCell).join(',')}\r\n`
}

/**
 * Spreadsheets take text that begins with = + - @ tab or a line end for a formula; an apostrophe before it makes it text.
 * Numbers of ours stay numbers. Source: OWASP ASVS 5.0 1.2.10, CSV injection.
 */
function csvCell(value: CsvValue): string {
  if (value === null || value === undefined) return ''
  if (typeof value !== 'string') return String(value)
  // NUL ends a text for some readers, and what follows would be unseen.
  const text = value.replaceAll('\0', '')
  const safe = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
