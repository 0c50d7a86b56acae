import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatNamed } from '#formats/registry.ts'
import { checkSource, describeCheck } from '#mapping/check.ts'
import { companyFiles } from './fixtures/company.ts'
import { sourceNames } from './world.ts'

const sources = companyFiles()

test('the demo company has a folder for every system of the simulated world', () => {
  const folders = new Set(
    [...sources.keys()].map((folder) => folder.slice(folder.indexOf('/') + 1)),
  )
  assert.deepEqual(
    sourceNames.filter((name) => !folders.has(name)),
    [],
  )
})

for (const [folder, files] of sources) {
  test(`every sample of ${folder} gives the expected events, and every rule has a sample`, () => {
    const result = checkSource(files, formatNamed)
    assert.ok(result.ok && result.warnings.length === 0, describeCheck(folder, result))
    assert.ok(result.samples.length >= 2)
  })
}
