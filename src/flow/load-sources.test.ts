import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { formatNamed } from '#formats/registry.ts'
import { checkSource, describeCheck } from '#mapping/check.ts'
import { loadSources, readSourceFolders } from './load-sources.ts'

const company = fileURLToPath(new URL('../../company', import.meta.url))

test('every source of the demo company compiles and maps its samples as expected', async () => {
  const folders = await readSourceFolders(company)
  assert.ok(folders.length > 0)
  for (const { folder, files } of folders) {
    const result = checkSource(files, formatNamed)
    assert.ok(result.ok, describeCheck(folder, result))
  }
})

test('a folder that is wrong and a name used twice are told with their folder, the others load', async () => {
  const root = await mkdtemp(join(tmpdir(), 'orderhub-sources-'))
  const yaml = `source: one
company: acme
region: EMEA
zone: UTC
transport: { kind: direct }
format: { name: json }
identifiers: [{ type: order, value: rec.order }]
events: [{ name: a, milestone: note, time: { value: rec.at, format: iso } }]
`
  try {
    for (const [folder, text] of [
      ['a/one', yaml],
      ['a/two', yaml],
      ['b/three', 'source: three\n'],
    ] as const) {
      await mkdir(join(root, folder), { recursive: true })
      await writeFile(join(root, folder, 'source.yaml'), text)
    }
    const { sources, errors } = await loadSources(root, formatNamed)
    assert.deepEqual(
      sources.map((source) => source.name),
      ['one'],
    )
    assert.equal(errors[0]?.message, 'the source one is also defined in a/one')
    assert.deepEqual(
      [...new Set(errors.map((error) => error.file))],
      ['a/two/source.yaml', 'b/three/source.yaml'],
    )
  } finally {
    await rm(root, { recursive: true })
  }
})
