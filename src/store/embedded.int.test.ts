import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Client, type PoolConfig } from 'pg'
import { assertDurable } from './durable.ts'
import { startEmbedded } from './embedded.ts'

const world = mkdtempSync(join(tmpdir(), 'orderhub-embedded-'))
chmodSync(world, 0o755)
after(() => rmSync(world, { recursive: true, force: true }))
const small = { shared_buffers: '16MB' }
const quiet = () => undefined

/** A zombie that nobody has collected has no command line any more. */
function runs(pid: number): boolean {
  const commandLine = `/proc/${pid}/cmdline`
  return existsSync(commandLine) && readFileSync(commandLine, 'utf8') !== ''
}

async function query(config: PoolConfig, sql: string): Promise<unknown[]> {
  const client = new Client(config)
  client.on('error', quiet)
  await client.connect()
  try {
    return (await client.query<{ value: unknown }>(sql)).rows.map(({ value }) => value)
  } finally {
    await client.end()
  }
}

async function holder(dataDir: string): Promise<{ hub: ChildProcess; serverPid: number }> {
  const script = join(import.meta.dirname, 'fixtures', 'embedded-holder.ts')
  const hub = spawn(process.execPath, [script, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
  const died = once(hub, 'exit').then(() => assert.fail('the hub ended before it was ready'))
  const [line] = (await Promise.race([once(hub.stdout, 'data'), died])) as [Buffer]
  died.catch(quiet)
  return { hub, serverPid: Number(/ready (\d+)/.exec(String(line))?.[1]) }
}

test('a fresh server is durable, private, and keeps its data over a restart', async () => {
  const dataDir = join(world, 'fresh')
  {
    await using server = await startEmbedded({ dataDir, log: quiet, settings: small })
    await query(server.owner, 'create table kept (value int)')
    await query(server.owner, 'insert into kept values (42)')
    const listening = await query(
      server.owner,
      `select current_setting('listen_addresses') as value`,
    )
    assert.deepEqual(listening, [''])
    assert.equal(server.adopted, false)
  }
  await using server = await startEmbedded({ dataDir, log: quiet, settings: small })
  assert.deepEqual(await query(server.owner, 'select value from kept'), [42])
})

test('stopping leaves no process, no pid file and no lock', async () => {
  const dataDir = join(world, 'stopped')
  const server = await startEmbedded({ dataDir, log: quiet, settings: small })
  const pid = server.pid()
  await Promise.all([server.stop(), server.stop()])
  assert.equal(runs(pid), false)
  assert.equal(existsSync(join(dataDir, 'postgres', 'postmaster.pid')), false)
  assert.equal(existsSync(join(dataDir, 'hub.lock')), false)
})

test('a second hub on the same data directory is refused, in this process and in another', async () => {
  const dataDir = join(world, 'shared')
  const { hub } = await holder(dataDir)
  const refusal = { code: 'DATA_DIRECTORY_IN_USE', message: new RegExp(`pid ${hub.pid}`) }
  await assert.rejects(startEmbedded({ dataDir, log: quiet }), refusal)
  hub.kill('SIGINT')
  await once(hub, 'exit')
  await using server = await startEmbedded({ dataDir, log: quiet })
  await assert.rejects(startEmbedded({ dataDir, log: quiet }), { code: 'DATA_DIRECTORY_IN_USE' })
  assert.equal(server.adopted, false)
})

test('the server of a hub killed with SIGKILL is adopted, its sessions ended, its data kept', async () => {
  const dataDir = join(world, 'killed')
  const { hub, serverPid } = await holder(dataDir)
  hub.kill('SIGKILL')
  await once(hub, 'exit')
  assert.equal(runs(serverPid), true)
  {
    await using server = await startEmbedded({ dataDir, log: quiet })
    assert.equal(server.adopted, true)
    assert.equal(server.pid(), serverPid)
    assert.deepEqual(await query(server.owner, 'select 1 as value'), [1])
  }
  assert.equal(runs(serverPid), false)
})

test('a server left behind with other settings is stopped and started with the wanted ones', async () => {
  const dataDir = join(world, 'resettled')
  const { hub, serverPid } = await holder(dataDir)
  hub.kill('SIGKILL')
  await once(hub, 'exit')
  await using server = await startEmbedded({ dataDir, log: quiet, settings: small })
  assert.equal(server.adopted, false)
  assert.equal(runs(serverPid), false)
  const shared = await query(server.owner, `select current_setting('shared_buffers') as value`)
  assert.deepEqual(shared, ['16MB'])
})

test('a killed server is started again, and what was committed is there', async () => {
  const dataDir = join(world, 'revived')
  const { promise: revived, resolve } = Promise.withResolvers<void>()
  const log = (message: string) =>
    /started \(pid/.test(message) && starts++ ? resolve() : undefined
  let starts = 0
  await using server = await startEmbedded({ dataDir, log, settings: small })
  await query(server.owner, 'create table kept as select 7 as value')
  process.kill(server.pid(), 'SIGKILL')
  await revived
  assert.deepEqual(await query(server.owner, 'select value from kept'), [7])
})

test('a pid file that names a stranger is cleared, and the stranger is left alone', async () => {
  const dataDir = join(world, 'stranger')
  await (await startEmbedded({ dataDir, log: quiet, settings: small })).stop()
  const pidFile = join(dataDir, 'postgres', 'postmaster.pid')
  writeFileSync(pidFile, `${process.pid}\n${join(dataDir, 'postgres')}\n1\n5432\n\n\n`)
  await using server = await startEmbedded({ dataDir, log: quiet, settings: small })
  assert.equal(Number(readFileSync(pidFile, 'utf8').split('\n')[0]), server.pid())
})

test('a private parent directory and a path too long for a socket are no obstacles', async () => {
  const parent = join(world, 'private', 'x'.repeat(100))
  mkdirSync(parent, { recursive: true, mode: 0o700 })
  chmodSync(join(world, 'private'), 0o700)
  await using server = await startEmbedded({ dataDir: join(parent, 'data'), log: quiet })
  assert.ok(server.socketDir.startsWith(tmpdir()))
  assert.deepEqual(await query(server.owner, 'select 1 as value'), [1])
})

test('a server that may forget commits is refused', async () => {
  const dataDir = join(world, 'forgetful')
  await using server = await startEmbedded({ dataDir, log: quiet, settings: { fsync: 'off' } })
  const client = new Client(server.owner)
  await client.connect()
  await assertDurable(client)
  await client.query('set synchronous_commit = off')
  await assert.rejects(assertDurable(client), {
    code: 'DATABASE_NOT_DURABLE',
    message: /synch.* off/,
  })
  await client.end()
})

test('a start that is given up leaves no process and no lock', async () => {
  const dataDir = join(world, 'given-up')
  const signal = AbortSignal.abort(new Error('Ctrl-C'))
  await assert.rejects(startEmbedded({ dataDir, log: quiet, settings: small, signal }), /Ctrl-C/)
  assert.equal(existsSync(join(dataDir, 'hub.lock')), false)
  assert.equal(existsSync(join(dataDir, 'postgres', 'postmaster.pid')), false)
})
