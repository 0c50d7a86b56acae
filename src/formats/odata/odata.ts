import type { Format } from '#model/format.ts'
import { noOptions } from '../options.ts'
import { textOf } from '../text.ts'
import { readAtom } from './atom.ts'
import { readJson, sniffJson } from './json.ts'

/**
 * OData 2 and 4, JSON and Atom: a record is an entity of a collection, a single entity, or a change of a delta. Wrapping is gone
 * (`d`, `results`, `value`, annotations), dates of version 2 are ISO 8601, expanded entities are nested, others absent;
 * `odata` tells { version, set, type, id, etag, deleted, formatted }. A service's error is the fault `source-error`.
 */
export const odata: Format = {
  name: 'odata',
  options: noOptions('odata'),
  cut: null,
  read: (bytes) => {
    const root = rootOf(bytes)
    return root === null ? readJson(bytes) : readAtom(bytes, root)
  },
  sniff: (bytes) => {
    const head = headOf(bytes, 16_384)
    const root = rootOf(bytes)
    if (root === null) return sniffJson(head)
    if (!/^(feed|entry|error)$/.test(root)) return 0
    return /schemas\.microsoft\.com\/ado|docs\.oasis-open\.org\/odata/.test(head) ? 0.96 : 0
  },
}

function headOf(bytes: Buffer, size: number): string {
  const source = textOf(bytes.subarray(0, size))
  return source.text.slice(source.start).trimStart()
}

/** The name of the root element without its prefix; null when this is no XML. */
function rootOf(bytes: Buffer): string | null {
  const head = headOf(bytes, 4_096)
  if (!head.startsWith('<')) return null
  return /<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]/.exec(head)?.[1] ?? ''
}
