import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatNamed } from '#formats/registry.ts'
import { catalogFolder } from '#flow/catalog-files.ts'
import { readSourceFolders } from '#flow/load-sources.ts'
import { checkSource, describeCheck } from '#mapping/check.ts'
import { tryBytes } from './attempt.ts'
import { loadCatalog } from './catalog.ts'

const folders = await readSourceFolders(catalogFolder)
const catalog = await loadCatalog()

for (const { folder, files } of folders) {
  test(`catalog/${folder} compiles, and its samples give what they must`, () => {
    const result = checkSource(files, formatNamed)
    assert.ok(result.ok, describeCheck(folder, result))
    assert.ok(result.samples.length > 0, 'there are no samples')
  })

  test(`samples of catalog/${folder} are recognised as nothing else`, async () => {
    for (const [name, bytes] of Object.entries(files)) {
      if (!name.startsWith('samples/') || name.endsWith('.expected.json')) continue
      // Binary formats have a form as text that is for samples alone.
      const entry = catalog.entries.find((one) => one.name === folder)
      if (entry?.source.format.sniff(Buffer.from(bytes)) === 0) continue
      const { source, reason } = await tryBytes(catalog, Buffer.from(bytes), Date.now())
      assert.equal(source, folder, `${name}: ${reason}`)
    }
  })
}

test('every definition is named after its folder, and no two alike', () => {
  assert.deepEqual(catalog.errors, [])
  assert.deepEqual(
    catalog.entries.map(({ source }) => source.name),
    folders.map(({ folder }) => folder),
  )
})

test('bytes that nobody knows are told with what they look like', async () => {
  const made = (text: string | Buffer) => tryBytes(catalog, Buffer.from(text), Date.now())
  assert.match((await made('')).reason ?? '', /^empty/)
  assert.match((await made('{"a":')).reason ?? '', /^truncated/)
  assert.match((await made(Buffer.from([0, 1, 2, 3]))).reason ?? '', /^unsupported/)
  const { source, format, records, reason } = await made('{"weather":"fine"}')
  assert.deepEqual([source, format, records], [null, 'json', 1])
  assert.match(reason ?? '', /^no-match: /)
})
