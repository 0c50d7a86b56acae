/** Asks another system for what is new: round after round, page after page, no more than it is allowed to. */
import { createHash } from 'node:crypto'
import { HubError } from '#model/error.ts'
import { asText, type Evaluate } from '../expression.ts'
import { pause, type Report, startFollower } from '../follower.ts'
import { refuseOpenSecrets } from '../oauth.ts'
import type { Host, RunningTransport } from '../port.ts'
import { type AnswerName, type PollOptions, pollOptions, type RequestName } from './options.ts'
import { type Bucket, createBucket, restMs } from './bucket.ts'
import { earlier, markOf, nowhere, type Place, placeOf } from './place.ts'
import { type Answer, type Ask, authenticator, firstAsk, nextAsk, send } from './request.ts'

const stream = 'poll'
/** Pages of one round before the pause between rounds is made all the same. */
const pagesMax = 1000

type Poll = {
  readonly host: Host
  readonly options: PollOptions
  readonly bucket: Bucket
  readonly auth: ReturnType<typeof authenticator>
  place: Place
  pages: number
  known: boolean
}

/** Starts polling. Throws a sentence for options that are wrong. */
export function startPoll(host: Host, raw: unknown): RunningTransport {
  const options = pollOptions(raw)
  const bucket = createBucket(options.limit)
  const auth = authenticator(host, options.auth)
  const poll: Poll = { host, options, bucket, auth, place: nowhere, pages: 0, known: false }
  return startFollower(host, 'poll', (report) => round(poll, report))
}

/** One round: from the cursor to the last page there is now. Resolves with the pause until the next. */
async function round(poll: Poll, report: Report): Promise<number> {
  const { host, options } = poll
  // After a failure the truth is in the database, whatever was meant to be taken.
  if (!poll.known) {
    const position = await host.positionOf(stream)
    if (position !== null)
      Object.assign(poll, { place: placeOf(position.mark), pages: position.value })
    poll.known = true
  }
  report.state('reading')
  try {
    for (let page = 0; page < pagesMax && !report.signal.aborted; page++) {
      const step = await onePage(poll, report)
      if (step.kind === 'wait') {
        report.state('waiting')
        return step.ms
      }
      if (step.kind === 'done') break
    }
  } catch (error) {
    poll.known = false
    throw error
  }
  report.lag({ value: 0, unit: 'messages' })
  return options.everySeconds * 1000
}

type Step =
  | { readonly kind: 'again' }
  | { readonly kind: 'done' }
  | { readonly kind: 'wait'; readonly ms: number }

async function onePage(poll: Poll, report: Report): Promise<Step> {
  const { host, options, place } = poll
  const values = requestValues(poll)
  const first = await firstAsk(host, options, values)
  if (options.auth !== undefined) refuseOpenSecrets(first.url)
  const ask = place.next === null ? first : nextAsk(first.url, place.next, options, values)
  const answer = await allowed(poll, report, place.next === null ? conditional(ask, place) : ask)
  if (answer === null) return { kind: 'done' }
  report.heard()
  const rest = restMs(answer.headers, answer.status, host.now())
  if (rest !== null) poll.bucket.hold(host.now() + rest)
  const { status } = answer
  if (status === 304 || status === 204 || status === 205) return { kind: 'done' }
  if ((status === 429 || status === 503) && rest !== null) return { kind: 'wait', ms: rest }
  if (status === 401) poll.auth.forget()
  if (place.next !== null && (status === 400 || status === 404 || status === 410)) {
    host.log(`${host.source.name}: the next page is gone (status ${status}); the round begins anew`)
    await keep(poll, report, { ...nowhere, cursor: place.cursor }, null)
    return { kind: 'again' }
  }
  if (status !== 200) throw unexpected(ask.url, answer)
  return takePage(poll, report, ask, answer, values)
}

/** Takes the page and moves on, in one transaction. */
async function takePage(
  poll: Poll,
  report: Report,
  ask: Ask,
  answer: Answer,
  values: Readonly<Record<RequestName, unknown>>,
): Promise<Step> {
  const { options, place } = poll
  const all = { ...values, ...answerValues(answer) }
  const failed = textBy(options.failed, all, 'failed')
  if (failed !== null && failed !== 'false')
    throw new HubError({ code: 'POLL_REFUSED', message: `${ask.url.host} answered: ${failed}` })
  const next = textBy(options.next, all, 'next')
  const more = options.more?.(all) === true
  const reached =
    textBy(options.cursor?.value, all, 'cursor.value') ?? place.pending ?? place.cursor
  const isFirst = place.next === null
  const sha = createHash('sha256').update(answer.bytes).digest('base64url')
  const seen = isFirst && place.url === ask.url.href && place.sha === sha
  if (more && seen && reached === place.cursor)
    throw new HubError({
      code: 'POLL_STANDS_STILL',
      message: `${ask.url.host} says there is more, and gives the same page again.`,
      hint: 'Check cursor.value: it must lead on.',
    })
  const now: Place = {
    cursor: next === null ? reached : place.cursor,
    next,
    pending: next === null ? null : reached,
    ...(isFirst && next === null ? answerOf(ask, answer, sha) : noAnswer),
  }
  await keep(poll, report, now, seen || isEmpty(poll, answer.bytes) ? null : answer.bytes)
  return next !== null || more ? { kind: 'again' } : { kind: 'done' }
}

const { cursor: _cursor, next: _next, pending: _pending, ...noAnswer } = nowhere

/**
 * Only a round of one page can be known again: the first of several may be the same while the ones behind it changed.
 */
function answerOf({ url }: Ask, { headers }: Answer, sha: string): typeof noAnswer {
  return {
    url: url.href,
    etag: headers.get('etag'),
    modified: headers.get('last-modified'),
    sha,
  }
}

/** Commits bytes together with the place behind them, or the place alone where nothing is to be taken. */
async function keep(poll: Poll, report: Report, place: Place, bytes: Buffer | null): Promise<void> {
  const { host, pages } = poll
  const [mark, before] = [markOf(place), markOf(poll.place)]
  if (bytes !== null) {
    await host.take(bytes, { position: { stream, from: pages, to: pages + 1, mark } })
    poll.pages++
    report.taken()
  } else if (mark !== before) await host.remember(stream, { value: pages, mark })
  poll.place = place
}

/** Waits for permission and sends; null when the hub stops meanwhile. */
async function allowed(poll: Poll, report: Report, ask: Ask): Promise<Answer | null> {
  const { bucket, host, options, auth } = poll
  for (;;) {
    const ms = bucket.take(host.now())
    if (ms === 0) break
    report.state('waiting')
    await pause(ms, report.signal)
    if (report.signal.aborted) return null
  }
  report.state('reading')
  const proof = await auth.headers(report.signal)
  const whole = { ...ask, init: { ...ask.init, headers: { ...ask.init.headers, ...proof } } }
  const answer = await send(whole, report.signal, options.timeoutSeconds * 1000)
  bucket.worked(host.now(), answer.tookMs)
  return answer
}

function conditional(ask: Ask, { url, etag, modified }: Place): Ask {
  if (ask.url.href !== url || ask.init.method !== 'GET') return ask
  const headers = { ...ask.init.headers }
  if (etag !== null) headers['if-none-match'] = etag
  if (modified !== null) headers['if-modified-since'] = modified
  return { ...ask, init: { ...ask.init, headers } }
}

function requestValues({ host, options, place }: Poll): Readonly<Record<RequestName, unknown>> {
  const now = new Date(host.now()).toISOString()
  const start = () =>
    asText(options.cursor?.start?.({ cursor: null, since: null, now }) ?? null, 'cursor.start')
  const cursor = place.cursor ?? start()
  return { cursor, since: earlier(cursor, options.overlapSeconds), now }
}

function answerValues({ bytes, headers, status }: Answer) {
  return {
    page: parsed(bytes),
    headers: Object.fromEntries(headers),
    link: linksOf(headers.get('link') ?? ''),
    status,
  }
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown
  } catch {
    return null
  }
}

/** RFC 8288, as far as paging uses it: `<address>; rel="next"`. */
export function linksOf(header: string): Record<string, string> {
  const links = header.matchAll(/<([^<>]*)>((?:\s*;\s*[\w-]+\s*=\s*(?:"[^"]*"|[^\s",;]+))*)/g)
  const found: Record<string, string> = {}
  for (const [, address = '', parameters = ''] of links) {
    const rel = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s",;]+))/i.exec(parameters)
    for (const name of (rel?.[1] ?? rel?.[2] ?? '').split(/\s+/)) found[name] ??= address
  }
  return found
}

function textBy(
  evaluate: Evaluate<AnswerName> | undefined,
  values: Readonly<Record<AnswerName, unknown>>,
  what: string,
): string | null {
  const text = asText(evaluate?.(values) ?? null, what)
  return text === '' ? null : text
}

/** Whether the format finds no record at all: an empty page is an answer, not a broken record. */
function isEmpty({ host }: Poll, bytes: Buffer): boolean {
  const { format, formatOptions } = host.source
  if (bytes.length === 0) return true
  for (const found of format.read(bytes, formatOptions))
    return !found.ok && found.fault.code === 'empty'
  return true
}

function unexpected(url: URL, { status, headers }: Answer): HubError {
  const to = headers.get('location')
  const where = `${url.host}${url.pathname}`
  return new HubError({
    code: 'POLL_REFUSED',
    message: `${where} answered ${status}${to === null ? '' : ` (see ${to.split('?')[0]})`}.`,
    hint:
      status === 401 || status === 403
        ? 'Check the credentials of this source.'
        : status < 400
          ? 'Name the address it leads to as url.'
          : 'It is tried again.',
  })
}
