import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { buildPages } from './harness.ts'

const firstLoadKbMax = 200
const routeChunkKbMax = 80
const kb = (file: string) => gzipSync(readFileSync(file)).length / 1024

/** A script and everything it imports statically: what the browser needs before it can run it. */
function closure(
  assets: string,
  entry: string,
  seen: Set<string> = new Set(),
): ReadonlySet<string> {
  if (seen.has(entry)) return seen
  seen.add(entry)
  const code = readFileSync(join(assets, entry), 'utf8')
  for (const [, file] of code.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/gu))
    if (file !== undefined) closure(assets, file, seen)
  return seen
}

describe('what the browser downloads', () => {
  let out = ''
  before(async () => {
    out = await buildPages()
  })
  after(() => rmSync(out, { recursive: true, force: true }))

  it(`needs at most ${firstLoadKbMax} KB of script, zipped, for the first page`, () => {
    const html = readFileSync(join(out, 'index.html'), 'utf8')
    const entry = /src="\/assets\/([\w.-]+\.js)"/u.exec(html)?.[1]
    assert.ok(entry !== undefined)
    const first = [...closure(join(out, 'assets'), entry)].reduce(
      (sum, file) => sum + kb(join(out, 'assets', file)),
      0,
    )
    assert.ok(first > 20 && first <= firstLoadKbMax, `${first.toFixed(1)} KB`)
  })

  it(`keeps every chunk of a route below ${routeChunkKbMax} KB`, () => {
    const chunks = readdirSync(join(out, 'assets')).filter((file) => /Page-.*\.js$/u.test(file))
    assert.ok(chunks.length >= 3)
    for (const chunk of chunks) assert.ok(kb(join(out, 'assets', chunk)) <= routeChunkKbMax, chunk)
  })

  it('asks no other host for anything', () => {
    const files = [
      'index.html',
      ...readdirSync(join(out, 'assets'))
        .filter((file) => file.endsWith('.css'))
        .map((file) => join('assets', file)),
    ]
    for (const file of files)
      assert.doesNotMatch(
        readFileSync(join(out, file), 'utf8'),
        /(?:src|href)="https?:|url\(\s*["']?https?:/u,
        file,
      )
  })
})
