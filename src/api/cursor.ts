/** Cursors are opaque: a reader gives back what he got, and nobody builds one. */
import { Problem } from './problem.ts'

/** What a list's own cursor looks like. */
const shapes = {
  orders: /^\d{1,16}\.\d{1,16}$/,
  quarantine: /^\d{1,16}$/,
  timeline: /^-?\d{1,16}-[0-9a-f]{32}$/,
} as const

type List = keyof typeof shapes

export function sealCursor(list: List, next: string | null): string | null {
  return next === null ? null : Buffer.from(`${list} ${next}`).toString('base64url')
}

/** Throws `bad-cursor` for anything `sealCursor` of this list did not make. */
export function openCursor(list: List, sealed: string | undefined): { cursor?: string } {
  if (sealed === undefined) return {}
  const [name, cursor = ''] = Buffer.from(sealed, 'base64url').toString('latin1').split(' ')
  if (name === list && shapes[list].test(cursor)) return { cursor }
  throw new Problem('bad-cursor', 'The cursor is none of this list.', {
    hint: 'Begin without one.',
  })
}
