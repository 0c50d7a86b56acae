import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { textsOfThisMachine, wordFaults } from './words.ts'
import { wallFaults } from './walls.ts'

const root = dirname(dirname(import.meta.dirname))
const planted = mkdtempSync(join(tmpdir(), 'orderhub-house-'))
after(() => rmSync(planted, { recursive: true, force: true }))

/** Everything that is, or is about to be, in the repository. */
function files(): string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root })
  const names = String(listed).split('\n').filter(Boolean)
  return names.filter((name) => existsSync(join(root, name)))
}

function readJson(path: string): Record<string, Record<string, unknown>> {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as Record<
    string,
    Record<string, unknown>
  >
}

test('every room keeps to its walls, and the pure ones touch nothing', () => {
  assert.deepEqual(wallFaults(root), [])
})

test('the walls notice a stranger, a climber, a clock, a file system and a room nobody knows', () => {
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(planted, file)), { recursive: true })
    writeFileSync(join(planted, file), text)
  }
  write('src/collation/a.ts', `import { x } from '#store/x.ts'`)
  write('src/collation/b.ts', `export * from '../identity/x.ts'`)
  write('src/collation/deep/c.ts', `const x = await import('../../model/x.ts')`)
  write('src/mapping/d.ts', `const now = () => Date.now() // the clock`)
  write('src/mapping/e.ts', `import { readFileSync } from 'node:fs'`)
  write('src/attic/f.ts', `import '#model/x.ts'`)
  write('src/g.ts', '')
  write('src/mapping/fine.ts', `import { x } from '#model/x.ts' // not Date.now`)
  write('src/mapping/d.test.ts', `import { readFileSync } from 'node:fs'`)
  const faulty = wallFaults(planted).map((fault) => fault.split(':')[0])
  const expected = ['attic/f', 'collation/a', 'collation/b', 'collation/deep/c', 'g', 'mapping/d']
  assert.deepEqual(
    faulty,
    [...expected, 'mapping/e'].map((file) => `src/${file}.ts`),
  )
})

test('our words are used, and nothing of this machine is written down', () => {
  const machine = textsOfThisMachine(root)
  const checked = files().filter((file) => {
    const ours = /\.(?:ts|tsx|mjs|js|json|md|sql|sh|css|html)$|^orderhub$|^\.ci\//.test(file)
    return ours && file !== 'test/house/words.ts' && file !== 'test/house/house.test.ts'
  })
  const faults = checked.flatMap((file) => {
    return wordFaults(file, readFileSync(join(root, file), 'utf8'), machine)
  })
  assert.deepEqual(faults, [])
})

test('the word check notices each kind of fault', () => {
  const noticed = (file: string, text: string) => wordFaults(file, text, ['/home/ada/']).length > 0
  assert.ok(noticed('a.ts', '// @TODO: later'))
  assert.ok(!noticed('a.ts', '// @TODO(#12) later'))
  assert.ok(noticed('a.md', 'We promise exactly-once delivery.'))
  assert.ok(noticed('a.ts', 'enum Color {}'))
  assert.ok(noticed('a.ts', 'process.exit(1)'))
  assert.ok(noticed('a.json', '"/home/ada/orders"'))
  assert.ok(noticed('src/flow/utils.ts', ''))
  assert.ok(!noticed('src/flow/runner.ts', 'export const x = 1'))
})

test('every dependency is pinned, and the lock knows it but not where it came from', () => {
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'] as const
  const manifest = readJson('package.json')
  const lock = readJson('package-lock.json')
  const locked = lock['packages']?.[''] as Record<string, Record<string, string>>
  for (const kind of kinds) {
    assert.deepEqual(locked[kind], manifest[kind])
    for (const version of Object.values(manifest[kind] ?? {})) {
      assert.match(String(version), /^\d+\.\d+\.\d+/)
    }
  }
  for (const [path, entry] of Object.entries(lock['packages'] ?? {})) {
    assert.equal((entry as { resolved?: string }).resolved, undefined, path)
  }
})
