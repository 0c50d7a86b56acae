/** A source whose mapping does not understand some of its records yet: the version before the one that does. */
import { hash } from 'node:crypto'
import type { Source } from '#model/source.ts'

/** Refuses about `share` of the records, chosen by their content, with the fault of a failing expression. */
export function beforeItsFix(source: Source, share: number): Source {
  return {
    ...source,
    mappingHash: hash('sha256', `${source.mappingHash} before its fix`),
    map: (found, receivedAt) => {
      const mapped = source.map(found, receivedAt)
      if (!found.ok || mapped.kind === 'quarantined' || !isChosen(found.tree, share)) return mapped
      const fault = {
        code: 'expression',
        detail: 'the mapping does not know this word yet',
        path: 'events[0].term',
      } as const
      return { kind: 'quarantined', from: found.from, to: found.to, fault }
    },
  }
}

function isChosen(tree: unknown, share: number): boolean {
  return Number.parseInt(hash('sha256', JSON.stringify(tree)).slice(0, 8), 16) / 2 ** 32 < share
}
