import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { crash, crashRecord, crashSource } from '../fixtures/crash.ts'
import { type Dovecot, startDovecot } from '../fixtures/dovecot.ts'
import { createMemoryHost, type MemoryHost } from '../fixtures/memory-host.ts'
import { lacking } from '../fixtures/servers.ts'
import { startMail } from './mail.ts'

const skip = lacking('dovecot', true) || lacking('openssl')
let server: Dovecot
let secrets: Record<string, string>
before(async () => {
  if (skip !== false) return
  server = await startDovecot()
  secrets = { PASSWORD: 'secret', CA: server.certificate }
})
after(() => server?.[Symbol.asyncDispose]())

const login = (user: string) => ({
  host: '127.0.0.1',
  port: server.port,
  user,
  password: { env: 'PASSWORD' },
  ca: { env: 'CA' },
})
type File = { readonly name: string; readonly text: string; readonly inline?: boolean }
type Letter = {
  readonly from?: string
  readonly text?: string
  readonly files?: readonly File[]
  readonly head?: string
}

function letter({
  from = 'orders@acme.example',
  text = 'Hello',
  files = [],
  head = '',
}: Letter): string {
  const part = ({ name, text, inline = false }: File) => `--cut
Content-Type: application/json; name="${name}"
Content-Disposition: ${inline ? 'inline' : 'attachment'}; filename="${name}"
Content-Transfer-Encoding: base64

${Buffer.from(text).toString('base64')}
`
  return `${head}From: Orders <${from}>
To: hub@nordwind.example
Subject: Orders
Message-ID: <${Math.random()}@acme.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=cut

--cut
Content-Type: text/plain; charset=utf-8

${text}
${files.map(part).join('')}--cut--
`
}
const json = (n: number): File => ({ name: `order-${n}.json`, text: `{"n":${n}}\n` })
const numbers = (host: MemoryHost) =>
  [...host.text().matchAll(/"n":(\d+)/g)].map(([, n]) => Number(n))

test(
  'attachments are taken in their order, and the message is marked as seen',
  { skip },
  async () => {
    server.deliver('usual', letter({ files: [json(1), json(2), { ...json(9), inline: true }] }))
    server.deliver('usual', letter({}))
    const host = createMemoryHost({ secrets })
    await using running = startMail(host, login('usual'))
    await host.until(() => host.taken.length === 2 && running.health().state === 'idle')
    assert.deepEqual(numbers(host), [1, 2])
    assert.deepEqual(
      host.taken.map(({ name }) => name),
      ['order-1.json', 'order-2.json'],
    )
    assert.deepEqual(
      host.taken.map(({ position }) => position?.to),
      [undefined, 1],
    )
    await host.until(
      () => server.files('usual').filter((name) => name.endsWith(':2,S')).length === 1,
    )
    assert.equal(host.positions.get('uid/INBOX')!.value, 2)
    // Announced by the server: the usual look would come in a minute.
    server.deliver('usual', letter({ files: [json(3)] }))
    await host.until(() => host.taken.length === 3)
  },
)

test(
  'it goes on where it was, and what could not be committed is read again',
  { skip },
  async () => {
    for (const n of [1, 2, 3]) server.deliver('again', letter({ files: [json(n)] }))
    const host = createMemoryHost({ secrets })
    let refusals = 0
    host.beforeTake = (bytes) =>
      bytes.includes('"n":2') && refusals++ < 2
        ? Promise.reject(new Error('database away'))
        : Promise.resolve()
    {
      await using _running = startMail(host, login('again'))
      await host.until(() => host.taken.length === 3)
    }
    server.deliver('again', letter({ files: [json(4)] }))
    await using _running = startMail(host, login('again'))
    await host.until(() => host.taken.length === 4)
    assert.deepEqual(numbers(host), [1, 2, 3, 4])
  },
)

test('read messages are moved, also those a hub that ended left behind', { skip }, async () => {
  server.deliver('moved', letter({ files: [json(1)] }))
  server.deliver('moved', letter({ text: 'no file' }))
  const host = createMemoryHost({ secrets })
  const options = { ...login('moved'), afterwards: { moveTo: 'done' }, everySeconds: 0.1 }
  await using running = startMail(host, options)
  await host.until(() => server.files('moved', 'done').length === 1)
  await host.until(() => running.health().state === 'idle')
  assert.deepEqual([numbers(host), server.files('moved').length], [[1], 1])
})

test('the text, or the whole message, is the record where that is wanted', { skip }, async () => {
  server.deliver('text', letter({ text: '{"n":7}', files: [json(8)] }))
  for (const [take, said] of [
    ['text', /^\{"n":7\}\s*$/],
    ['message', /^From: Orders/],
  ] as const) {
    const host = createMemoryHost({ secrets })
    await using _running = startMail(host, { ...login('text'), take, afterwards: 'leave' })
    await host.until(() => host.taken.length === 1)
    assert.match(host.text(), said)
  }
})

test(
  'senders that are not wanted, names that do not fit and forged messages are passed over',
  { skip },
  async () => {
    const files = [json(1)]
    const note = (by: string, result: string) =>
      `Authentication-Results: ${by};\n spf=pass; dmarc=${result}\n`
    server.deliver(
      'picky',
      letter({ from: 'eve@evil.example', files, head: note('mx.nordwind.example', 'pass') }),
    )
    server.deliver('picky', letter({ files }))
    server.deliver('picky', letter({ files, head: note('mx.evil.example', 'pass') }))
    server.deliver(
      'picky',
      letter({
        files,
        head: `${note('mx.nordwind.example', 'fail')}${note('mx.nordwind.example', 'pass')}`,
      }),
    )
    server.deliver(
      'picky',
      letter({
        files: [{ name: 'x.pdf', text: '%PDF' }, json(2)],
        head: note('mx.nordwind.example', 'pass'),
      }),
    )
    const host = createMemoryHost({ secrets })
    const options = {
      ...login('picky'),
      from: ['*@acme.example'],
      pattern: '*.json',
      dmarcBy: 'mx.nordwind.example',
    }
    await using running = startMail(host, options)
    await host.until(() => host.taken.length === 1 && running.health().state === 'idle')
    assert.deepEqual(numbers(host), [2])
  },
)

test('a wrong password and a certificate nobody vouches for are told', { skip }, async () => {
  const host = createMemoryHost({ secrets: { ...secrets, PASSWORD: 'hidden' } })
  await using refused = startMail(host, login('refused'))
  await host.until(() => refused.health().state === 'failing')
  assert.match(refused.health().error!.message, /refuses the user/)
  const other = createMemoryHost({ secrets })
  await using untrusted = startMail(other, { ...login('refused'), ca: undefined })
  await other.until(() => untrusted.health().state === 'failing')
  assert.match(untrusted.health().error!.message, /certificate/)
})

test(
  'a reader killed between reading and committing loses nothing and doubles nothing',
  { skip },
  async () => {
    const found = await crash({
      files: crashSource({ kind: 'mail', ...login('crash'), everySeconds: 0.2 }),
      env: secrets,
      feed: (orders) => {
        for (const order of orders)
          server.deliver(
            'crash',
            letter({ files: [{ name: 'o.json', text: JSON.stringify(crashRecord(order)) }] }),
          )
        return Promise.resolve()
      },
    })
    assert.deepEqual(found, { lost: [], doubled: 0, duplicates: 0, problems: [], kills: 3 })
  },
)
