/** A loop (a segment group), or the whole document: which loops begin in it and which segments stand in it. */
export type Loop = {
  /** Tags that stand in it: with the loop they begin, or null. */
  readonly members: ReadonlyMap<string, Loop | null>
  /** Whether segments that the table does not know at all stay here. */
  readonly open: boolean
}

/** The table of a kind of document: its root, and every tag that occurs anywhere in it. */
export type LoopTable = { readonly root: Loop; readonly known: ReadonlySet<string> }

/** Open loops, outermost first, each with the object its segments go into. */
export type OpenLoops = { readonly loop: Loop; readonly node: Record<string, unknown> }[]

/**
 * Tables by kind of document, parsed when first asked for; `'*'` serves kinds that have none. `N1(N2 N3)` is a loop that N1
 * begins, N2 and N3 stand in it; `+` behind the name: segments that the whole table does not know stay in this loop.
 */
export function loopTables(texts: Readonly<Record<string, string>>): (kind: string) => LoopTable {
  const parsed = new Map<string, LoopTable>()
  return (kind) => {
    const name = Object.hasOwn(texts, kind) ? kind : '*'
    let table = parsed.get(name)
    if (table === undefined) parsed.set(name, (table = parseTable(texts[name] ?? '')))
    return table
  }
}

function parseTable(text: string): LoopTable {
  const known = new Set<string>()
  const tokens = text.match(/[A-Z0-9]+\+?\(?|\)/g) ?? []
  let at = 0
  const parse = (open: boolean): Loop => {
    const members = new Map<string, Loop | null>()
    while (at < tokens.length && tokens[at] !== ')') {
      const token = tokens[at++]!
      const tag = token.replaceAll(/[+(]/g, '')
      known.add(tag)
      if (token.endsWith('(')) {
        members.set(tag, parse(token.includes('+')))
        at++
      } else members.set(tag, null)
    }
    return { members, open }
  }
  return { root: parse(true), known }
}

/** Puts a segment's object where the table says, and opens the loop that it begins. */
export function placeSegment(
  loops: OpenLoops,
  table: LoopTable,
  tag: string,
  elements: Record<string, unknown>,
): void {
  const depth = depthOf(loops, table, tag)
  loops.length = depth + 1
  const { loop, node } = loops[depth]!
  const list = node[tag] as unknown[] | undefined
  if (list === undefined) node[tag] = [elements]
  else list.push(elements)
  const inner = loop.members.get(tag)
  if (inner) loops.push({ loop: inner, node: elements })
}

/** Index of the innermost open loop that the segment begins in or belongs to; unknown ones stay in the innermost open-ended one. */
function depthOf(loops: OpenLoops, table: LoopTable, tag: string): number {
  for (let depth = loops.length - 1; depth > 0; depth--) {
    if (loops[depth]!.loop.members.has(tag)) return depth
  }
  if (table.known.has(tag)) return 0
  for (let depth = loops.length - 1; depth > 0; depth--) if (loops[depth]!.loop.open) return depth
  return 0
}
