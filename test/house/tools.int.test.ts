import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'

const root = dirname(dirname(import.meta.dirname))
const planted = mkdtempSync(join(tmpdir(), 'orderhub-house-'))
after(() => rmSync(planted, { recursive: true, force: true }))
for (const file of ['.oxlintrc.json', '.oxfmtrc.json', 'knip.json', 'package.json']) {
  cpSync(join(root, file), join(planted, file))
}
for (const file of ['tsconfig.json', 'tsconfig.base.json']) {
  cpSync(join(root, file), join(planted, file))
}
symlinkSync(join(root, 'node_modules'), join(planted, 'node_modules'))
mkdirSync(join(planted, 'src', 'cli'), { recursive: true })

/** What a tool of ours says, with our configuration, about `src/cli/<name>` holding `text`. */
function verdict(command: string[], name: string, text: string) {
  const file = join(planted, 'src', 'cli', name)
  writeFileSync(file, text)
  const [tool = '', ...args] = command
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules', '.bin', tool), args, {
    cwd: planted,
    encoding: 'utf8',
    timeout: 20_000,
  })
  rmSync(file)
  return { status, said: stdout + stderr }
}

function expectFault(command: string[], name: string, text: string, said: RegExp) {
  const fault = verdict(command, name, text)
  assert.notEqual(fault.status, 0, `${command.join(' ')} let it pass: ${fault.said}`)
  assert.match(fault.said, said)
}

test('a file over its budget and a function over its budget are refused', () => {
  const lint = ['oxlint', 'src']
  expectFault(lint, 'long.ts', 'export {}\n'.repeat(401), /max-lines\)/)
  const body = '  console.log(1)\n'.repeat(71)
  expectFault(lint, 'tall.ts', `export function tall() {\n${body}}\n`, /max-lines-per-function/)
})

test('a forgotten promise, a forgotten case and a cycle are refused', () => {
  const lint = ['oxlint', 'src']
  const promise = 'export async function a() {}\nexport function b() {\n  a()\n}\n'
  expectFault(lint, 'promise.ts', promise, /no-floating-promises/)
  const kind = `export function c(kind: 'x' | 'y') {\n  switch (kind) {\n    case 'x':\n      return 1\n  }\n  return 0\n}\n`
  expectFault(lint, 'kind.ts', kind, /switch-exhaustiveness-check/)
  expectFault(lint, 'cycle.ts', `export { d } from './cycle.ts'\n`, /no-cycle|no-self-import/)
})

test('a wrong type, a wrong format and a dead file are refused', () => {
  expectFault(['tsc', '-p', '.'], 'type.ts', `export const a: number = 'x'\n`, /TS2322/)
  expectFault(['tsc', '-p', '.'], 'enum.ts', `export enum A {\n  B,\n}\n`, /TS1294/)
  expectFault(['oxfmt', '--check', 'src'], 'format.ts', `export const a = "x";\n`, /format\.ts/)
  expectFault(['knip', '--no-progress'], 'dead.ts', `export const a = 1\n`, /src\/cli\/dead\.ts/)
})
