import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { runCommand } from '#cli/program.ts'
import { plain } from '#cli/terminal.ts'
import { crashSource } from '#transports/fixtures/crash.ts'
import { fakeHttp } from '#transports/fixtures/fake-http.ts'
import { startHub } from './start.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderhub-feeds-'))
chmodSync(folder, 0o755)
after(() => rmSync(folder, { recursive: true, force: true }))

/** A company whose sources have these transports. */
function companyOf(name: string, transports: Readonly<Record<string, object>>): string {
  const home = join(folder, name)
  mkdirSync(home)
  writeFileSync(join(home, 'company.yaml'), 'organisation: Nordwind\n')
  for (const [source, transport] of Object.entries(transports)) {
    mkdirSync(join(home, source))
    const text = crashSource(transport)['source.yaml']!.replace(
      'source: crashed',
      `source: ${source}`,
    )
    writeFileSync(join(home, source, 'source.yaml'), text)
  }
  return home
}

type Feed = { state: string; lastHeardAt: string | null; error: { message: string } | null }

test('a hub follows its sources, shows how each is, takes signed webhooks and stops', async () => {
  await using server = await fakeHttp(({ url }) =>
    url.pathname === '/broken'
      ? { status: 500 }
      : { body: '{"order":"P-1","at":"2026-03-01T10:00:00Z"}' },
  )
  const company = companyOf('good', {
    polled: { kind: 'poll', url: `${server.url}/orders` },
    broken: { kind: 'poll', url: `${server.url}/broken` },
    hooked: { kind: 'webhook', scheme: 'github', secrets: [{ file: 'hook' }] },
  })
  const data = join(folder, 'data')
  mkdirSync(join(data, 'secrets'), { recursive: true })
  writeFileSync(join(data, 'secrets', 'hook'), 'shh\n')
  await using hub = await startHub({ company, data, port: 0, demo: false, ui: false })
  const body = '{"order":"H-1","at":"2026-03-01T10:00:00Z"}'
  const signature = createHmac('sha256', 'shh').update(body).digest('hex')
  const answer = await fetch(new URL('/v1/hooks/hooked', hub.url), {
    method: 'POST',
    body,
    headers: { 'x-hub-signature-256': `sha256=${signature}` },
  })
  assert.equal(answer.status, 200, await answer.text())
  const headers = { authorization: `Bearer ${hub.key}` }
  const feeds = async () => {
    const said = await fetch(new URL('/v1/sources', hub.url), { headers })
    const { items } = (await said.json()) as { items: { name: string; feed: Feed }[] }
    return new Map(items.map(({ name, feed }) => [name, feed]))
  }
  while ((await feeds()).get('polled')?.state !== 'idle') await sleep(20)
  while ((await feeds()).get('broken')?.state !== 'failing') await sleep(20)
  const all = await feeds()
  assert.match(all.get('broken')!.error!.message, /answered 500/)
  assert.notEqual(all.get('polled')!.lastHeardAt, null)
  for (const order of ['P-1', 'H-1'])
    assert.equal((await fetch(new URL(`/v1/orders/${order}`, hub.url), { headers })).status, 200)
  const out: string[] = []
  const { signal } = new AbortController()
  const terminal = {
    out: (text: string) => out.push(text),
    err: (text: string) => out.push(text),
    paint: plain,
    width: 160,
    lively: false,
    env: {},
    signal,
  }
  await runCommand(['doctor', '--data', data], terminal)
  assert.match(out.join('\n'), /warn +feeds +1 of 3 need a look: broken \(poll\): .* answered 500/)
})

test('options that are wrong keep the hub from starting, and say what is wrong and where', async () => {
  const company = companyOf('wrong', {
    polled: { kind: 'poll', url: 'https://a.example', evry: 5 },
  })
  const data = join(folder, 'wrong-data')
  await assert.rejects(startHub({ company, data, port: 0, demo: false, ui: false }), {
    code: 'SOURCES_INVALID',
    message: /polled\/source\.yaml.*\n?.*evry is unknown/s,
  })
})
