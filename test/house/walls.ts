/** Checks the walls over a source tree; every fault is a sentence that says what to do. */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { ambient, importTable, pureNodeModules, pureRooms } from './import-table.ts'

/** Faults of every file under `<root>/src`; empty when the walls stand. Tests may look into any room. */
export function wallFaults(root: string): string[] {
  const files = globSync('src/**/*.ts', { cwd: root }).filter(isProduct)
  return files.toSorted().flatMap((file) => {
    const text = withoutComments(readFileSync(join(root, file), 'utf8'))
    const room = roomOf(file)
    if (room === undefined) return [`${file}: every file lives in a room; move it into one.`]
    const pure = (pureRooms as readonly string[]).includes(room)
    const imports = importsOf(text)
    return [
      ...imports.flatMap((specifier) => importFault(file, room, specifier)),
      ...(pure ? imports.flatMap((specifier) => nodeFault(file, room, specifier)) : []),
      ...(pure ? ambientFaults(file, text) : []),
    ]
  })
}

function isProduct(file: string): boolean {
  return !file.endsWith('.test.ts') && !file.includes('/fixtures/')
}

function roomOf(file: string): string | undefined {
  const [, room, rest] = /^src\/([^/]+)\/(.+)$/.exec(file) ?? []
  return rest === undefined ? undefined : room
}

function importsOf(text: string): string[] {
  const matches = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g)
  return [...matches].map(([, specifier = '']) => specifier)
}

function importFault(file: string, room: string, specifier: string): string[] {
  const allowed = importTable[room]
  if (allowed === undefined) return [`${file}: the room "${room}" is not in the import table.`]
  if (specifier.startsWith('../../')) {
    return [`${file}: ${specifier} climbs too far; write "#room/file.ts".`]
  }
  const target = targetRoom(file, specifier)
  if (target === undefined || target === room) return []
  if (allowed === 'everything' || allowed.includes(target)) return []
  return [`${file}: the room "${room}" may not import "${target}" (test/house/import-table.ts).`]
}

function targetRoom(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return specifier.slice(1).split('/')[0]
  if (!specifier.startsWith('.')) return undefined
  return roomOf(normalize(join(dirname(file), specifier)))
}

function nodeFault(file: string, room: string, specifier: string): string[] {
  if (!specifier.startsWith('node:') || specifier in pureNodeModules) return []
  return [`${file}: the room "${room}" is pure and may not import ${specifier}.`]
}

function ambientFaults(file: string, text: string): string[] {
  return ambient
    .filter(({ pattern }) => pattern.test(text))
    .map(({ pattern, instead }) => `${file}: ${pattern.source} is ambient; take ${instead}.`)
}

/** Good enough for code this formatter has seen: a comment starts a line or follows a space. */
function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '$1')
}
