import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { reference } from './reference.ts'

const file = fileURLToPath(new URL('../../docs/reference/language.md', import.meta.url))

test('the reference of the language is up to date (UPDATE_REFERENCE=1 writes it)', () => {
  if (process.env['UPDATE_REFERENCE'] === '1') {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, reference())
  }
  assert.equal(readFileSync(file, 'utf8'), reference())
})
