import assert from 'node:assert/strict'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  readdirSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { crash, crashRecord, crashSource } from '../fixtures/crash.ts'
import { createMemoryHost, type MemoryHost } from '../fixtures/memory-host.ts'
import { lacking } from '../fixtures/servers.ts'
import { type Sshd, startSshd } from '../fixtures/sshd.ts'
import { startVsftpd, type Vsftpd } from '../fixtures/vsftpd.ts'
import { startFtps } from '../ftps/ftps.ts'
import type { Host, RunningTransport } from '../port.ts'
import { sftpOptions } from '../sftp/options.ts'
import { startSftp } from '../sftp/sftp.ts'

const lacks = {
  sftp: lacking('sshd'),
  ftps: lacking('vsftpd', true) || lacking('openssl'),
}
let sshd: Sshd | undefined
let vsftpd: Vsftpd | undefined
before(async () => {
  if (lacks.sftp === false) sshd = await startSshd()
  if (lacks.ftps === false) vsftpd = await startVsftpd()
})
after(async () => {
  await sshd?.[Symbol.asyncDispose]()
  await vsftpd?.[Symbol.asyncDispose]()
})

type Server = {
  readonly folder: string
  readonly options: Readonly<Record<string, unknown>>
  readonly secrets: Readonly<Record<string, string>>
  readonly start: (host: Host, options: unknown) => RunningTransport
}
const fast = { everySeconds: 0.05, settleSeconds: 0.04 }
const servers: Readonly<Record<'sftp' | 'ftps', () => Server>> = {
  sftp: () => ({
    folder: sshd!.folder,
    options: {
      host: '127.0.0.1',
      port: sshd!.port,
      user: sshd!.user,
      privateKey: { env: 'KEY' },
      hostKeys: [sshd!.fingerprint],
      folder: sshd!.folder,
      ...fast,
    },
    secrets: { KEY: sshd!.privateKey },
    start: startSftp,
  }),
  ftps: () => ({
    folder: vsftpd!.folder,
    options: {
      host: '127.0.0.1',
      port: vsftpd!.port,
      user: 'anonymous',
      password: { env: 'PASSWORD' },
      ca: { env: 'CA' },
      folder: 'drop',
      ...fast,
    },
    secrets: { PASSWORD: 'nobody@example.com', CA: vsftpd!.certificate },
    start: startFtps,
  }),
}

/** Under another name until it is whole, readable and removable for the server's account. */
function put(folder: string, name: string, text: string): void {
  const part = join(folder, `.${name}`)
  writeFileSync(part, text)
  chmodSync(part, 0o666)
  renameSync(part, join(folder, name))
}
const numbers = (host: MemoryHost) =>
  [...host.text().matchAll(/"n":(\d+)/g)].map(([, n]) => Number(n))

for (const kind of ['sftp', 'ftps'] as const) {
  const options = { skip: lacks[kind] }

  test(
    `${kind}: files are fetched when they are whole, in chunks, and moved to done`,
    options,
    async () => {
      const { folder, options, secrets, start } = servers[kind]()
      const host = createMemoryHost({ secrets })
      const long = Array.from(
        { length: 9000 },
        (_, n) => `{"n":${n},"t":"${'x'.repeat(90)}"}\n`,
      ).join('')
      put(folder, 'long.ndjson', long)
      put(folder, 'note.txt', 'not ours')
      await using running = start(host, { ...options, pattern: '*.ndjson' })
      await host.until(() => existsSync(join(folder, 'done', 'long.ndjson')))
      assert.ok(host.taken.length > 1)
      assert.equal(host.text(), long)
      put(folder, 'long.ndjson', '{"n":1}\n')
      await host.until(() => existsSync(join(folder, 'done', 'long.ndjson.2')))
      await host.until(() => running.health().state === 'idle')
      assert.deepEqual(readdirSync(folder).toSorted(), ['done', 'note.txt'])
      assert.deepEqual(running.health().lag, { value: 0, unit: 'files' })
    },
  )

  test(`${kind}: a file that somebody still writes is waited for`, options, async () => {
    const { folder, options, secrets, start } = servers[kind]()
    const host = createMemoryHost({ secrets })
    put(folder, 'slow.log', '{"n":0}\n')
    await using _running = start(host, { ...options, pattern: '*.log', settleSeconds: 0.3 })
    for (let n = 1; n < 8; n++) {
      await new Promise((resolve) => setTimeout(resolve, 80))
      appendFileSync(join(folder, 'slow.log'), `{"n":${n}}\n`)
    }
    await host.until(() => existsSync(join(folder, 'done', 'slow.log')))
    assert.deepEqual(numbers(host), [0, 1, 2, 3, 4, 5, 6, 7])
    assert.equal(host.taken.length, 1)
  })

  test(
    `${kind}: what was taken before the connection broke is not taken again`,
    options,
    async () => {
      const { folder, options, secrets, start } = servers[kind]()
      const host = createMemoryHost({ secrets })
      let refusals = 0
      host.beforeTake = () =>
        host.taken.length === 1 && refusals++ < 2
          ? Promise.reject(new Error('database away'))
          : Promise.resolve()
      const long = Array.from(
        { length: 9000 },
        (_, n) => `{"n":${n},"t":"${'x'.repeat(90)}"}\n`,
      ).join('')
      put(folder, 'broken.ndjson', long)
      await using _running = start(host, {
        ...options,
        pattern: 'broken.ndjson',
        afterwards: 'delete',
      })
      await host.until(() => !existsSync(join(folder, 'broken.ndjson')))
      assert.equal(host.text(), long)
      assert.equal(refusals > 1, true)
    },
  )

  test(
    `${kind}: a file that is left where it is is taken once, and again when it changes`,
    options,
    async () => {
      const { folder, options, secrets, start } = servers[kind]()
      const host = createMemoryHost({ secrets })
      put(folder, 'stays.json', '{"n":1}\n')
      const leaving = { ...options, pattern: 'stays.json', afterwards: 'leave' }
      {
        await using _running = start(host, leaving)
        await host.until(() => host.taken.length === 1)
      }
      await using running = start(host, leaving)
      await host.until(() => running.health().state === 'idle')
      put(folder, 'stays.json', '{"n":1}\n{"n":2}\n')
      await host.until(() => host.taken.length === 2)
      assert.deepEqual(numbers(host), [1, 1, 2])
    },
  )

  test(
    `${kind}: a reader killed between fetching and setting aside loses nothing and doubles nothing`,
    options,
    async () => {
      const { folder, options, secrets } = servers[kind]()
      let files = 0
      const found = await crash({
        files: crashSource({ kind, ...options, pattern: 'crash-*' }),
        env: secrets,
        feed: (orders) => {
          for (const order of orders)
            put(folder, `crash-${files++}`, `${JSON.stringify(crashRecord(order))}\n`)
          return Promise.resolve()
        },
      })
      assert.deepEqual(found, { lost: [], doubled: 0, duplicates: 0, problems: [], kills: 3 })
    },
  )
}

test(
  'sftp: a server with another key is refused before anything is told to it',
  { skip: lacks.sftp },
  async () => {
    const { options, secrets, start } = servers.sftp()
    const host = createMemoryHost({ secrets })
    const hostKeys = [`SHA256:${'A'.repeat(43)}`]
    await using running = start(host, { ...options, hostKeys })
    await host.until(() => running.health().state === 'failing')
    assert.match(running.health().error!.message, /[Hh]ost denied|verification|key/)
    assert.throws(() => sftpOptions({ host: 'a', user: 'b', password: { env: 'X' } }), /hostKeys/)
  },
)

test('ftps: a certificate nobody vouches for is refused', { skip: lacks.ftps }, async () => {
  const { options, secrets, start } = servers.ftps()
  const host = createMemoryHost({ secrets })
  await using running = start(host, { ...options, ca: undefined })
  await host.until(() => running.health().state === 'failing')
  assert.match(running.health().error!.message, /certificate/)
})
