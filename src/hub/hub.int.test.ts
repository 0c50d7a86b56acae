import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { exitCodes } from '#cli/exit-codes.ts'
import { runCommand } from '#cli/program.ts'
import { plain, type Terminal } from '#cli/terminal.ts'
import { readLedger } from '#views/ledger.ts'
import { runningHub } from './announcement.ts'
import { viewContext } from './attach.ts'
import { project } from './config.ts'
import { type Hub, startHub } from './start.ts'

const folders: string[] = []
const children: ChildProcess[] = []
after(() => {
  for (const child of children) child.kill('SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'orderhub-hub-'))
  chmodSync(folder, 0o755)
  folders.push(folder)
  return folder
}

const quiet = { port: 0, demo: false, ui: false, dropSettleMs: 40, dropPollMs: 100 }
const samples = join(project, 'company', 'carriers', 'carrier-fedex', 'samples')

/** One command line on a data directory: its exit code, and what it said. */
async function command(
  data: string,
  ...args: string[]
): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = []
  const err: string[] = []
  const { signal } = new AbortController()
  const terminal: Terminal = {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    paint: plain,
    width: 160,
    lively: false,
    env: {},
    signal,
  }
  const code = await runCommand([...args, '--data', data], terminal)
  return { code, out: out.join('\n'), err: err.join('\n') }
}

async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`did not happen: ${what}`)
    await sleep(25)
  }
}

function drop(data: string, name: string, text: string): void {
  const home = join(data, 'drop', 'storage-csv')
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, `.${name}`), text)
  renameSync(join(home, `.${name}`), join(home, name))
}

const header =
  'OrderNo;CustRef;CustNo;CustomerName;ShipToCountry;Line;SKU;Qty;QtyDespatched;QtyShort;State;StateTime;DespatchNote;Carrier;ConsignmentNo;RequestedDate;PromisedDate;Value;Currency;Remarks\n'
const row = (order: number) =>
  `${order};PO-${order};KD-1;Lone Star Energy;US;1;KS-JBOD-60;5;;;Accepted;02/03/2026 09:15:00;;;;16/03/2026;;37450,00;SGD;\n`
const rows = (from: number, count: number) =>
  header + Array.from({ length: count }, (_, n) => row(from + n)).join('')

async function ledgerOf(hub: Hub, source: string) {
  const sources = [...hub.flow.sources.values()].map((running) => running.source)
  const { rows: all } = await readLedger(
    viewContext(hub.flow.pool, sources, hub.flow.scopes),
    hub.flow.access,
  )
  const sum = (pick: (one: (typeof all)[number]) => number) =>
    all.filter((one) => one.source === source).reduce((total, one) => total + pick(one), 0)
  return {
    received: sum((one) => one.received),
    accepted: sum((one) => one.accepted),
    duplicate: sum((one) => one.duplicate),
  }
}

test('a hub takes files and commands; what it took is told by the command line, with and without it running', async () => {
  const data = newFolder()
  {
    await using hub = await startHub({ ...quiet, data })
    assert.equal((await runningHub(data))?.url, hub.url)
    assert.equal(statSync(join(data, 'hub.json')).mode & 0o777, 0o600)
    assert.equal(statSync(join(data, 'hub.key')).mode & 0o777, 0o600)
    await assert.rejects(startHub({ ...quiet, data }), { code: 'DATA_DIRECTORY_IN_USE' })
    assert.equal((await command(data, 'rebuild')).err.startsWith('HUB_RUNNING'), true)

    drop(data, 'status.csv', rows(800_000, 3))
    const taken = await command(
      data,
      'ingest',
      'carrier-fedex',
      join(samples, 'customs.ndjson'),
      join(samples, 'picked-up.ndjson'),
      '--json',
    )
    assert.equal(taken.code, exitCodes.done)
    const { through, totals } = JSON.parse(taken.out) as {
      through: string
      totals: Record<string, number>
    }
    assert.equal(through, 'running hub')
    assert.equal(totals['accepted'], totals['received'])
    await until('the dropped file is taken', () =>
      existsSync(join(data, 'drop', 'storage-csv', 'done', 'status.csv')),
    )
    assert.deepEqual(await ledgerOf(hub, 'storage-csv'), { received: 3, accepted: 3, duplicate: 0 })

    const login = await command(data, 'login')
    const entered = await fetch(login.out, { redirect: 'manual' })
    assert.equal(entered.status, 303)
    const key = await command(data, 'keys', 'create', 'reader', '--json')
    const { key: token, id } = JSON.parse(key.out) as { key: string; id: string }
    const asReader = () =>
      fetch(new URL('/v1/orders/800001', hub.url), {
        headers: { authorization: `Bearer ${token}` },
      })
    assert.equal((await asReader()).status, 200)
    assert.equal((await command(data, 'keys', 'revoke', id)).code, exitCodes.done)
    assert.equal((await command(data, 'keys', 'revoke', id)).code, exitCodes.notFound)
  }
  assert.equal(await runningHub(data), undefined)
  const order = await command(data, 'order', '800001')
  assert.equal(order.code, exitCodes.done, order.err)
  assert.match(order.out, /Customer PO +PO-800001/)
  assert.match(order.out, /confirmed .*"Accepted"/)
  assert.equal((await command(data, 'order', 'NO-SUCH')).code, exitCodes.notFound)
})

test('without a hub, files are taken into its database; what is refused can be looked at, replayed and discarded', async () => {
  const data = newFolder()
  const file = join(data, 'broken.ndjson')
  mkdirSync(data, { recursive: true })
  writeFileSync(
    file,
    '{"trackingNumberInfo":{"trackingNumber":"91"},"scanEvents":[{"date":"yesterday","eventType":"PU"}]}\n',
  )
  const taken = await command(data, 'ingest', 'carrier-fedex', file)
  assert.equal(taken.code, exitCodes.checkFailed, taken.err)
  assert.match(taken.out, /broken\.ndjson +1 +0 +0 +1 +0/)
  assert.match(
    (await command(data, 'ingest', 'no-such-source', file)).err,
    /UNKNOWN_SOURCE: .* Sources are: .*servers-sap/,
  )
  const { out } = await command(data, 'quarantine', 'list', '--json')
  const { id } = (JSON.parse(out) as { items: { id: string }[] }).items[0]!
  assert.match(
    (await command(data, 'quarantine', 'show', id)).out,
    /carrier-fedex bad-time[\s\S]*yesterday/,
  )
  const replayed = await command(data, 'quarantine', 'replay', '--all')
  assert.equal(replayed.code, exitCodes.checkFailed)
  assert.match(replayed.out, /stays: bad-time/)
  assert.equal((await command(data, 'quarantine', 'discard', id)).code, exitCodes.done)
  assert.equal(
    (JSON.parse((await command(data, 'quarantine', 'list', '--json')).out) as { items: unknown[] })
      .items.length,
    0,
  )
  const verified = await command(data, 'verify', '--json')
  assert.equal(verified.code, exitCodes.done, verified.out)
})

/** A hub in a process of its own, once it says where it is. */
async function spawnHub(data: string): Promise<ChildProcess> {
  const args = [
    'start',
    '--no-demo',
    '--no-ui',
    '--port',
    '0',
    '--json',
    '--data',
    data,
    '--drop-settle-ms',
    '40',
    '--drop-poll-ms',
    '50',
  ]
  const child = spawn(process.execPath, [join(project, 'src', 'cli', 'main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  children.push(child)
  await once(child.stdout, 'data')
  return child
}

test('a hub killed inside of a file keeps what it took, and the next one goes on there: no row twice, none missing', async () => {
  const data = newFolder()
  const count = 20_000
  const child = await spawnHub(data)
  drop(data, 'big.csv', rows(1_000_000, count))
  const { url, key } = (await runningHub(data))!
  const received = async () => {
    const answer = await fetch(new URL('/v1/sources', url), {
      headers: { authorization: `Bearer ${key}` },
    })
    const { items } = (await answer.json()) as {
      items: { name: string; counts: { received: number } }[]
    }
    return items.find(({ name }) => name === 'storage-csv')?.counts.received ?? 0
  }
  await until('some of the file is taken', async () => (await received()) > 0)
  child.kill('SIGKILL')
  await once(child, 'exit')
  assert.ok(!existsSync(join(data, 'drop', 'storage-csv', 'done', 'big.csv')))

  await using hub = await startHub({ ...quiet, data })
  assert.ok(hub.database.adopted)
  const before = await ledgerOf(hub, 'storage-csv')
  assert.ok(before.received > 0 && before.received < count)
  await until('the rest is taken', () =>
    existsSync(join(data, 'drop', 'storage-csv', 'done', 'big.csv')),
  )
  assert.deepEqual(await ledgerOf(hub, 'storage-csv'), {
    received: count,
    accepted: count,
    duplicate: 0,
  })
})

test('a terminated hub commits, withdraws and leaves nothing running', async () => {
  const data = newFolder()
  const child = await spawnHub(data)
  assert.ok(existsSync(join(data, 'postgres', 'postmaster.pid')))
  child.kill('SIGTERM')
  const [code] = (await once(child, 'exit')) as [number]
  assert.equal(code, 0)
  for (const left of ['hub.json', 'hub.lock', 'postgres/postmaster.pid'])
    assert.ok(!existsSync(join(data, left)), left)
})

test('the demo company tells its history once, through its own transports, and goes on at the next start', async () => {
  const data = newFolder()
  const demo = { ...quiet, data, demo: true, demoOrders: 6 }
  let records = 0
  {
    await using hub = await startHub({ ...demo, live: false })
    assert.deepEqual(hub.examples.map(({ label }) => label).toSorted(), [
      'AWB',
      'customer PO',
      'order',
    ])
    const csv = await ledgerOf(hub, 'storage-csv')
    const http = await ledgerOf(hub, 'carrier-fedex')
    assert.ok(csv.accepted > 0 && http.accepted > 0)
    records = http.received
    const found = await command(data, 'order', hub.examples[0]!.value)
    assert.equal(found.code, exitCodes.done)
  }
  await using again = await startHub({ ...demo, live: false })
  assert.equal((await ledgerOf(again, 'carrier-fedex')).received, records)
  assert.equal(
    (JSON.parse(readFileSync(join(data, 'demo.json'), 'utf8')) as { loaded: boolean }).loaded,
    true,
  )
})
