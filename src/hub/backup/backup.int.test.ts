import assert from 'node:assert/strict'
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { PoolConfig } from 'pg'
import { startFlow } from '#flow/hub.ts'
import { verifyHub } from '#flow/verify.ts'
import { everything } from '#hub/attach.ts'
import { readCompany } from '#hub/company.ts'
import { project } from '#hub/config.ts'
import { createPool } from '#store/client.ts'
import { createTestDatabase } from '#store/test-database.ts'
import { simulate } from '#simulator/simulate.ts'
import { readManifest } from './archive.ts'
import { backUp } from './backup.ts'
import { restore } from './restore.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderhub-backup-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const now = () => Date.UTC(2026, 10, 22)
const log = () => undefined

async function flowOn(app: PoolConfig) {
  const company = await readCompany(join(project, 'company'))
  return startFlow({ app, ...company, now, wait: () => Promise.resolve() })
}

async function tell(app: PoolConfig, firstOrder: number, orders: number): Promise<void> {
  await using flow = await flowOn(app)
  const world = simulate({ seed: 5, firstOrder, orders, from: Date.UTC(2026, 9, 1), days: 5 })
  const taken: Promise<unknown>[] = []
  for (const message of world.messages()) taken.push(flow.ingest(message.source, message.bytes))
  await Promise.all(taken)
}

async function verified(app: PoolConfig) {
  const pool = createPool(app, 1)
  try {
    return await verifyHub(pool, everything)
  } finally {
    await pool.end()
  }
}

test('a backup taken while the hub writes restores to the hash it had then; every later batch goes on from there', async () => {
  await using from = await createTestDatabase()
  await using to = await createTestDatabase()
  await tell(from.app, 0, 12)
  const path = join(folder, 'whole')
  writeFileSync(join(folder, 'demo.json'), '{"seed":1}')
  const writing = tell(from.app, 100, 12)
  const saved = await backUp({ owner: from.owner, dataDir: folder, path, now, log })
  await writing
  assert.ok(saved.orders >= 12)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  const target = mkdtempSync(join(folder, 'target-'))
  const { manifest } = await restore({ owner: to.owner, dataDir: target, path, force: false, log })
  assert.equal(readFileSync(join(target, 'demo.json'), 'utf8'), '{"seed":1}')
  const there = await verified(to.app)
  assert.deepEqual(
    [there.ok, there.stateHash, there.orders],
    [true, saved.stateHash, manifest.orders],
  )

  await assert.rejects(restore({ owner: to.owner, dataDir: target, path, force: false, log }), {
    code: 'RESTORE_TARGET_NOT_EMPTY',
  })
  await tell(to.app, 200, 4)
  assert.ok((await verified(to.app)).ok)
  await restore({ owner: to.owner, dataDir: target, path, force: true, log })
  assert.equal((await verified(to.app)).stateHash, saved.stateHash)
})

test('one flipped byte anywhere in a backup is noticed before anything is restored', async () => {
  await using from = await createTestDatabase()
  await tell(from.app, 0, 2)
  const path = join(folder, 'flipped')
  await backUp({ owner: from.owner, dataDir: folder, path, now, log })
  const whole = readFileSync(path)
  await readManifest(path)
  const file = openSync(path, 'r+')
  try {
    for (let n = 0; n < 60; n++) {
      const at = Math.floor((n / 59) * (whole.length - 1))
      writeSync(file, Buffer.from([whole[at]! ^ (1 << (n % 8))]), 0, 1, at)
      await assert.rejects(readManifest(path), { code: 'BACKUP_DAMAGED' }, `byte ${at}`)
      writeSync(file, whole, at, 1, at)
    }
  } finally {
    closeSync(file)
  }
  await readManifest(path)
  writeFileSync(path, whole.subarray(0, whole.length - 100))
  await assert.rejects(readManifest(path), { code: 'BACKUP_DAMAGED' })
  await assert.rejects(readManifest(join(folder, 'nowhere')), { code: 'BACKUP_UNREADABLE' })
})
