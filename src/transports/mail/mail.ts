/** Reads a mailbox over IMAP: every message once, by the number the server gave it. */
import { ImapFlow } from 'imapflow'
import { limits } from '#model/limits.ts'
import { HubError } from '#model/error.ts'
import { pause, type Report, startFollower } from '../follower.ts'
import { createTokens, type Tokens } from '../oauth.ts'
import type { Host, RunningTransport } from '../port.ts'
import { settingText } from '../secret.ts'
import { type MailOptions, mailOptions } from './options.ts'
import { partsOf } from './parts.ts'

const connectMsMax = 20_000
const silentMsMax = 5 * 60_000
/** Base64 and the text around it: a message may be larger than what is in it. */
const messageBytesMax = 2 * limits.receiptBytesMax

type Reading = {
  readonly host: Host
  readonly options: MailOptions
  readonly client: ImapFlow
  readonly report: Report
  readonly stream: string
}

/** Starts reading. Throws a sentence for options that are wrong. */
export function startMail(host: Host, raw: unknown): RunningTransport {
  const options = mailOptions(raw)
  const tokens = options.oauth === undefined ? null : createTokens(host, options.oauth)
  return startFollower(host, 'mail', (report) => session(host, options, tokens, report))
}

/** One connection, until it breaks (rejects) or is to stop (resolves). */
async function session(
  host: Host,
  options: MailOptions,
  tokens: Tokens | null,
  report: Report,
): Promise<number> {
  const client = await createClient(host, options, tokens, report)
  const broken = Promise.withResolvers<never>()
  broken.promise.catch(() => undefined)
  client.on('error', (error: Error) => broken.reject(error))
  client.on('close', () =>
    broken.reject(
      new HubError({ code: 'MAIL_CLOSED', message: 'The mail server closed the connection.' }),
    ),
  )
  const stop = () => client.close()
  report.signal.addEventListener('abort', stop, { once: true })
  try {
    await client.connect().catch((error: Error & { authenticationFailed?: boolean }) => {
      if (error.authenticationFailed !== true) throw error
      tokens?.forget()
      throw new HubError({
        code: 'MAIL_REFUSED',
        message: 'The mail server refuses the user.',
        cause: error,
      })
    })
    report.heard()
    await client.mailboxOpen(options.mailbox)
    const reading = { host, options, client, report, stream: `uid/${options.mailbox}` }
    while (!report.signal.aborted) {
      const news = new AbortController()
      client.once('exists', () => news.abort())
      await Promise.race([readAll(reading), broken.promise])
      report.state('idle')
      // Listens for announcements until the next command.
      client.idle().catch(broken.reject)
      const until = AbortSignal.any([report.signal, news.signal])
      await Promise.race([pause(options.everySeconds * 1000, until), broken.promise])
    }
    return 0
  } finally {
    report.signal.removeEventListener('abort', stop)
    client.close()
  }
}

async function createClient(
  { secret }: Host,
  options: MailOptions,
  tokens: Tokens | null,
  report: Report,
): Promise<ImapFlow> {
  const { tls, ca, port, password } = options
  const isImplicit = tls === 'implicit'
  const user = await settingText(secret, options.user)
  const auth =
    tokens === null
      ? { user, pass: await secret(password!) }
      : { user, accessToken: (await tokens.get(report.signal)).text }
  return new ImapFlow({
    host: await settingText(secret, options.host),
    port: port ?? (isImplicit ? 993 : 143),
    secure: isImplicit,
    ...(isImplicit ? {} : { doSTARTTLS: true }),
    auth,
    logger: false,
    connectionTimeout: connectMsMax,
    greetingTimeout: connectMsMax,
    socketTimeout: silentMsMax,
    tls: { rejectUnauthorized: true, ...(ca && { ca: await secret(ca) }) },
  })
}

/** Reads every message that is new. */
async function readAll(reading: Reading): Promise<void> {
  const { host, client, report, stream, options } = reading
  const validity = String(client.mailbox === false ? '' : client.mailbox.uidValidity)
  const known = await host.positionOf(stream)
  if (known !== null && known.mark !== validity)
    host.log(`${host.source.name}: the mailbox is numbered anew; its messages are read again`)
  let last = known?.mark === validity ? known.value : 0
  if (last > 0 && typeof options.afterwards === 'object')
    await moveRead(client, last, options.afterwards.moveTo)
  const found = (await client.search({ uid: `${last + 1}:*` }, { uid: true })) || []
  // `n:*` always holds the newest message, also when it is older than n.
  const uids = found.filter((uid) => uid > last).toSorted((a, b) => a - b)
  report.heard()
  for (const [n, uid] of uids.entries()) {
    if (report.signal.aborted) return
    report.lag({ value: uids.length - n, unit: 'messages' })
    report.state('reading')
    await readOne(reading, uid, last, validity)
    last = uid
  }
  report.lag({ value: 0, unit: 'messages' })
}

/** Takes what is for us; the position moves with the last part. */
async function readOne(
  { host, client, options, report, stream }: Reading,
  uid: number,
  from: number,
  mark: string,
): Promise<void> {
  const position = { stream, from, to: uid, mark }
  const message = await client.fetchOne(String(uid), { size: true }, { uid: true })
  const size = message === false ? 0 : (message.size ?? 0)
  if (size > messageBytesMax) report.alarm(`message ${uid} has ${size} bytes and was passed over`)
  const source = size === 0 || size > messageBytesMax ? undefined : await sourceOf(client, uid)
  const parts = source === undefined ? [] : await partsOf(options, source)
  const small = parts.filter(
    ({ bytes }) => bytes.length > 0 && bytes.length <= limits.receiptBytesMax,
  )
  if (small.length < parts.length)
    report.alarm(`an attachment of message ${uid} was passed over: it is empty or too large`)
  for (const [n, { name, bytes }] of small.entries()) {
    const about = name === '' ? {} : { name }
    await host.take(bytes, n === small.length - 1 ? { ...about, position } : about)
    report.taken()
  }
  if (small.length === 0) await host.remember(stream, { value: uid, mark })
  else await setAside(client, options, uid)
}

async function sourceOf(client: ImapFlow, uid: number): Promise<Buffer | undefined> {
  const message = await client.fetchOne(String(uid), { source: true }, { uid: true })
  return message === false ? undefined : message.source
}

async function setAside(client: ImapFlow, { afterwards }: MailOptions, uid: number): Promise<void> {
  if (afterwards === 'seen') await client.messageFlagsAdd(String(uid), ['\\Seen'], { uid: true })
  if (typeof afterwards === 'object') await moveTo(client, String(uid), afterwards.moveTo)
}

/** Messages that were read, and not moved because the hub ended in between. */
async function moveRead(client: ImapFlow, last: number, mailbox: string): Promise<void> {
  const left = (await client.search({ uid: `1:${last}`, seen: true }, { uid: true })) || []
  if (left.length > 0) await moveTo(client, left.join(','), mailbox)
}

async function moveTo(client: ImapFlow, uids: string, mailbox: string): Promise<void> {
  await client.messageFlagsAdd(uids, ['\\Seen'], { uid: true })
  const moved = await client.messageMove(uids, mailbox, { uid: true }).catch(() => false)
  if (moved !== false) return
  await client.mailboxCreate(mailbox)
  await client.messageMove(uids, mailbox, { uid: true })
}
