/** A tag name as the document writes it, and the key that the record tree has for it. */
export type Name = {
  readonly raw: string
  /** Without the namespace prefix. */
  readonly local: string
  /** Whether every object has a property of this name already, so that `own` has to be asked. */
  readonly inherited: boolean
}

const slots = 4096
const namesMax = 2048

/**
 * Names met so far, found by the hash that the scanner makes while it walks over the characters: one string per name, so
 * that building trees neither cuts nor hashes it again. A cache: it is emptied when documents with many names fill it.
 */
const table: (Name | undefined)[] = Array.from({ length: slots })
let count = 0

/** The name at `from` to `to` of `text`, whose characters hash to `hash`. */
export function nameAt(text: string, from: number, to: number, hash: number): Name {
  for (
    let slot = hash & (slots - 1), tries = 0;
    tries < 16;
    slot = (slot + 1) & (slots - 1), tries++
  ) {
    const known = table[slot]
    if (known === undefined) return remembered(slot, made(text.slice(from, to)))
    if (known.raw.length === to - from && text.startsWith(known.raw, from)) return known
  }
  return made(text.slice(from, to))
}

function remembered(slot: number, name: Name): Name {
  if (count >= namesMax) {
    table.fill(undefined)
    count = 0
  }
  count++
  table[slot] = name
  return name
}

function made(raw: string): Name {
  // A copy: a substring would keep the whole document alive in the cache.
  const copy = Buffer.from(raw, 'utf16le').toString('utf16le')
  const local = copy.slice(copy.indexOf(':') + 1)
  return { raw: copy, local, inherited: local in Object.prototype }
}
