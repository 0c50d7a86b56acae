import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { project } from '#hub/config.ts'
import { exitCodes } from './exit-codes.ts'
import { createProgram, runCommand } from './program.ts'
import { cliReference, helpOf, leaves } from './reference.ts'
import { plain, type Terminal } from './terminal.ts'

function listening(): { terminal: Terminal; said: string[]; complained: string[] } {
  const said: string[] = []
  const complained: string[] = []
  const { signal } = new AbortController()
  const terminal: Terminal = {
    out: (text) => said.push(text),
    err: (text) => complained.push(text),
    paint: plain,
    width: 100,
    lively: false,
    env: {},
    signal,
  }
  return { terminal, said, complained }
}

test('every command tells what it does, has examples that begin with its name, and speaks JSON', () => {
  const { terminal } = listening()
  const all = leaves(createProgram({ terminal, finish: () => undefined }))
  assert.ok(all.length >= 20)
  for (const [path, command] of all) {
    const help = helpOf(command)
    assert.match(help, /\nExamples:\n {2}orderhub /, path)
    for (const [line] of help.slice(help.indexOf('Examples:')).matchAll(/^ {2}orderhub .*$/gm))
      assert.ok(line.startsWith(`  ${path}`), line)
    assert.match(help, /--json/, path)
    assert.ok(command.summary().length > 0, path)
  }
})

test('a command line that is not understood ends with 2 and says where help is', async () => {
  for (const args of [
    ['frobnicate'],
    ['ingest'],
    ['order', 'x', '--as-of', 'soon'],
    ['quarantine', 'list', '--limit', '0'],
  ]) {
    const { terminal, complained } = listening()
    assert.equal(await runCommand(args, terminal), exitCodes.wrongUse, args.join(' '))
    assert.match(complained.join('\n'), /--help/)
  }
})

test('help and version end with 0 and go to stdout', async () => {
  for (const args of [[], ['--help'], ['--version'], ['quarantine', 'replay', '--help']]) {
    const { terminal, said } = listening()
    assert.equal(await runCommand(args, terminal), exitCodes.done)
    assert.ok(said.join('').length > 0)
  }
})

test('an error is told as code, sentence and hint, and as JSON where JSON was asked for', async () => {
  const wrong = ['config', 'check', '--config', '/nowhere.yaml']
  const person = listening()
  assert.equal(await runCommand(wrong, person.terminal), exitCodes.wrongUse)
  assert.match(
    person.complained.join('\n'),
    /^CONFIG_MISSING: There is no file .*nowhere\.yaml\. Check --config\.$/,
  )
  const machine = listening()
  await runCommand([...wrong, '--json'], machine.terminal)
  assert.equal(
    (JSON.parse(machine.said[0]!) as { error: { code: string } }).error.code,
    'CONFIG_MISSING',
  )
})

test('the same seed simulates the same world', async () => {
  const worlds = await Promise.all(
    [1, 2].map(async () => {
      const { terminal, said } = listening()
      assert.equal(
        await runCommand(['sim', '--seed', '3', '--orders', '4', '--json'], terminal),
        exitCodes.done,
      )
      return said.join('')
    }),
  )
  assert.equal(worlds[0], worlds[1])
})

test('the reference of the command line is up to date (UPDATE_REFERENCE=1 writes it)', () => {
  const page = join(project, 'docs', 'reference', 'cli.md')
  if (process.env['UPDATE_REFERENCE'] === '1') writeFileSync(page, cliReference())
  assert.equal(readFileSync(page, 'utf8'), cliReference())
})
