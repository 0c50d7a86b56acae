import type { FaultCode, Found } from '#model/record.ts'

/** A span that could not be read. `path` is a line, a segment or a JSON path, for people. */
export function bad(
  from: number,
  to: number,
  code: FaultCode,
  detail: string,
  path?: string,
): Found {
  const fault = path === undefined ? { code, detail } : { code, detail, path }
  return { ok: false, from, to, fault }
}

/** A record. */
export function good(from: number, to: number, tree: unknown): Found {
  return { ok: true, from, to, tree }
}

/** What a person reads of a piece of foreign text: short, printable, quoted. */
export function shown(text: string): string {
  const head = text.length > 24 ? `${text.slice(0, 24)}...` : text
  return `'${head
    .replaceAll('\r', '\\r')
    .replaceAll('\n', '\\n')
    .replaceAll(/[^\x20-\x7e\xa0-\uffff]/g, '?')}'`
}
