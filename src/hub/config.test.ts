import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { project, readConfig } from './config.ts'
import { configReference } from './config-reference.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderhub-config-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('a flag beats a variable, a variable beats the file, the file beats the default', () => {
  const file = join(folder, 'orderhub.yaml')
  writeFileSync(file, 'port: 1\nhost: a\ndata: kept\ndemo: false\n')
  const env = { ORDERHUB_PORT: '2', ORDERHUB_HOST: 'b', ORDERHUB_TEST_SERVER: 'not ours' }
  const config = readConfig({ file, env, flags: { port: 3 } })
  assert.deepEqual([config.port, config.host, config.demo, config.live], [3, 'b', false, true])
  assert.equal(config.data, join(folder, 'kept'))
  assert.equal(config.company, join(project, 'company'))
})

test('a setting that does not exist, and a value that cannot be, are named with the place they come from', () => {
  const file = join(folder, 'wrong.yaml')
  writeFileSync(file, 'prot: 1\n')
  assert.throws(() => readConfig({ file }), {
    code: 'CONFIG_INVALID',
    message: /"prot" \(.*wrong\.yaml\)/,
  })
  const env = { ORDERHUB_PORT: 'many' }
  assert.throws(() => readConfig({ folder, env }), {
    code: 'CONFIG_INVALID',
    message: /ORDERHUB_PORT/,
  })
  assert.throws(() => readConfig({ file: join(folder, 'none.yaml') }), { code: 'CONFIG_MISSING' })
})

test('the reference of the configuration is up to date (UPDATE_REFERENCE=1 writes it)', () => {
  const page = join(project, 'docs', 'reference', 'configuration.md')
  if (process.env['UPDATE_REFERENCE'] === '1') {
    mkdirSync(join(project, 'docs', 'reference'), { recursive: true })
    writeFileSync(page, configReference())
  }
  assert.equal(readFileSync(page, 'utf8'), configReference())
})
