import assert from 'node:assert/strict'
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { json } from '#formats/json/json.ts'
import { ndjson } from '#formats/ndjson/ndjson.ts'
import { limits } from '#model/limits.ts'
import type { Receipt } from '#model/record.ts'
import { type DirectoryOptions, followDirectory } from './follow.ts'

const folders: string[] = []
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

type Taken = {
  readonly text: string
  readonly name: string | undefined
  readonly position: NonNullable<Receipt['position']>
}

/** A source whose taken bytes and positions stand in memory, as a database would keep them. */
function drop(more: Partial<DirectoryOptions> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'orderhub-drop-'))
  folders.push(directory)
  const taken: Taken[] = []
  const positions = new Map<string, number>()
  const watchers = new Set<() => void>()
  const tell = () => watchers.forEach((look) => look())
  const options: DirectoryOptions = {
    source: { name: 'test', format: ndjson, formatOptions: ndjson.options({}) },
    directory,
    pattern: '*.ndjson',
    afterwards: 'move',
    settleMs: 15,
    pollMs: 20,
    positionOf: (stream) => Promise.resolve(positions.get(stream) ?? 0),
    take: async (bytes, { name, position }) => {
      await new Promise((resolve) => setImmediate(resolve))
      taken.push({ text: bytes.toString(), name, position: position! })
      positions.set(position!.stream, position!.to)
      tell()
      return { received: 0, accepted: 0, duplicate: 0, quarantined: 0, rejected: 0, events: 0 }
    },
    log: tell,
    ...more,
  }
  const until = (condition: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const deadline = setTimeout(
        () => reject(new Error(`did not happen: ${condition.toString()}`)),
        10_000,
      )
      const look = () => {
        if (!condition()) return
        clearTimeout(deadline)
        clearInterval(poll)
        watchers.delete(look)
        resolve()
      }
      const poll = setInterval(look, 5)
      watchers.add(look)
      look()
    })
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text)
  const has = (name: string) => existsSync(join(directory, name))
  return {
    directory,
    taken,
    positions,
    options,
    until,
    write,
    has,
    text: () => taken.map((one) => one.text).join(''),
  }
}

test('dropped files are taken in the order in which they were written, and moved to done', async () => {
  const world = drop()
  world.write('b.ndjson', '{"n":1}\n')
  world.write('a.ndjson', '{"n":2}\n')
  utimesSync(join(world.directory, 'b.ndjson'), 1000, 1000)
  await using follower = followDirectory(world.options)
  await world.until(() => world.has('done/a.ndjson') && world.has('done/b.ndjson'))
  assert.deepEqual(
    world.taken.map(({ name }) => name),
    ['b.ndjson', 'a.ndjson'],
  )
  await world.until(() => follower.health().state === 'idle')
  assert.equal(follower.health().filesTaken, 2)
})

test('a growing file is taken record by record, and nothing of it twice', async () => {
  const world = drop({ afterwards: 'leave' })
  await using _follower = followDirectory(world.options)
  world.write('log.ndjson', '{"n":1}\n{"n":')
  await world.until(() => world.taken.length >= 1)
  assert.equal(world.text().startsWith('{"n":1}\n'), true)
  appendFileSync(join(world.directory, 'log.ndjson'), '2}\n')
  await world.until(() => world.text().endsWith('2}\n'))
  assert.equal(world.text(), '{"n":1}\n{"n":2}\n')
  assert.ok(world.has('log.ndjson'))
})

test('names of unfinished files and names outside of the pattern are left alone', async () => {
  const world = drop()
  world.write('x.ndjson.part', '{"n":1}\n')
  world.write('.hidden.ndjson', '{"n":1}\n')
  world.write('x.csv', 'a\n')
  await using _follower = followDirectory(world.options)
  world.write('y.ndjson', '{"n":2}\n')
  await world.until(() => world.has('done/y.ndjson'))
  renameSync(join(world.directory, 'x.ndjson.part'), join(world.directory, 'x.ndjson'))
  await world.until(() => world.has('done/x.ndjson'))
  assert.equal(world.text(), '{"n":2}\n{"n":1}\n')
  assert.ok(world.has('.hidden.ndjson') && world.has('x.csv'))
})

test('a file half taken when following ended is gone on with where it stood', async () => {
  const world = drop()
  const whole = Array.from(
    { length: 3 * 8192 },
    (_, n) => `{"n":${n},"pad":"${'p'.repeat(80)}"}\n`,
  ).join('')
  world.write('big.ndjson', whole)
  const first = followDirectory(world.options)
  await world.until(() => world.taken.length === 1)
  await first[Symbol.asyncDispose]()
  const half = world.taken.length
  assert.ok(world.text().length < whole.length)
  await using _second = followDirectory(world.options)
  await world.until(() => world.has('done/big.ndjson'))
  assert.ok(world.taken.length > half)
  assert.equal(world.text(), whole)
})

test('a new file of an old name is another stream; the old one keeps its own name in done', async () => {
  const world = drop()
  await using _follower = followDirectory(world.options)
  world.write('x.ndjson', '{"n":1}\n')
  await world.until(() => world.has('done/x.ndjson'))
  world.write('x.ndjson', '{"n":2}\n')
  await world.until(() => world.has('done/x.ndjson.2'))
  assert.equal(world.text(), '{"n":1}\n{"n":2}\n')
  assert.equal(world.positions.size, 2)
})

test('a file that cannot be read goes to broken with its reason, and the next ones are taken', async () => {
  const source = { name: 'test', format: json, formatOptions: json.options({}) }
  const world = drop({ source, pattern: '*.json' })
  world.write('huge.json', ' '.repeat(limits.receiptBytesMax + 1))
  world.write('small.json', '{"n":1}')
  await using follower = followDirectory(world.options)
  await world.until(() => world.has('broken/huge.json.reason.txt') && world.has('done/small.json'))
  assert.match(
    readFileSync(join(world.directory, 'broken/huge.json.reason.txt'), 'utf8'),
    /at most \d+ are taken/,
  )
  assert.equal(follower.health().filesBroken, 1)
})

test('a hub that cannot take for a while is asked again, and its trouble is visible', async () => {
  let broken = true
  const world = drop()
  const { take } = world.options
  const options = {
    ...world.options,
    take: (...args: Parameters<typeof take>) =>
      broken ? Promise.reject(new Error('the database is away')) : take(...args),
  }
  world.write('x.ndjson', '{"n":1}\n')
  await using follower = followDirectory(options)
  await world.until(() => follower.health().state === 'failing')
  assert.equal(follower.health().problem, 'the database is away')
  broken = false
  await world.until(() => world.has('done/x.ndjson'))
  await world.until(() => follower.health().problem === undefined)
  assert.equal(world.text(), '{"n":1}\n')
})
