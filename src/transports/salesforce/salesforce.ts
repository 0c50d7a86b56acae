/**
 * Follows channels of Salesforce's Streaming API. An event is asked for again by its replay id until it was committed; the
 * next ones are asked for only then.
 */
import { HubError } from '#model/error.ts'
import { pause, type Report, sentenceOf, startFollower } from '../follower.ts'
import { createTokens, refuseOpenSecrets, type Tokens } from '../oauth.ts'
import type { Host, RunningTransport } from '../port.ts'
import { settingText } from '../secret.ts'
import { type Bayeux, createBayeux, type Message, unauthorised } from './bayeux.ts'
import { type SalesforceOptions, salesforceOptions } from './options.ts'

const answerMsMax = 30_000
/** The server answers a long poll after 110 s at the latest. */
const longPollMsMax = 140_000
const restMsMax = 60_000
const replayAll = -2
const replayNew = -1

/** Starts following. Throws a sentence for options that are wrong. */
export function startSalesforce(host: Host, raw: unknown): RunningTransport {
  const options = salesforceOptions(raw)
  const tokens = createTokens(host, options.oauth)
  return startFollower(host, 'salesforce', async (report) => {
    try {
      return await session(host, options, tokens, report)
    } catch (error) {
      if (error instanceof HubError && error.code === unauthorised) tokens.forget()
      throw error
    }
  })
}

/** From a handshake until the server wants another one (resolves with the pause before it), or something fails. */
async function session(
  host: Host,
  options: SalesforceOptions,
  tokens: Tokens,
  report: Report,
): Promise<number> {
  const { text, said } = await tokens.get(report.signal)
  const base =
    options.instanceUrl === undefined
      ? textOf(said['instance_url'])
      : await settingText(host.secret, options.instanceUrl)
  const url = new URL(`/cometd/${options.version}`, base)
  refuseOpenSecrets(url)
  const bayeux = createBayeux(url, text)
  const clientId = await shakeHands(bayeux, report)
  for (const channel of options.channels)
    await subscribe(host, options, bayeux, clientId, channel, report)
  report.state('idle')
  while (!report.signal.aborted) {
    const connect = { channel: '/meta/connect', clientId, connectionType: 'long-polling' }
    const messages = await bayeux.send([connect], report.signal, longPollMsMax)
    report.heard()
    await takeEvents(host, messages, report)
    const answer = messages.find(({ channel }) => channel === '/meta/connect')
    const { reconnect = 'retry', interval = 0 } = answer?.advice ?? {}
    if (reconnect === 'none') throw failure('ends the connection', answer)
    if (answer?.error?.startsWith('401'))
      throw failure('does not know us any more', answer, unauthorised)
    if (reconnect === 'handshake' || answer?.successful === false)
      return Math.min(interval, restMsMax)
    await pause(Math.min(interval, restMsMax), report.signal)
  }
  return 0
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

async function shakeHands(bayeux: Bayeux, report: Report): Promise<string> {
  const hello = {
    channel: '/meta/handshake',
    version: '1.0',
    minimumVersion: '1.0',
    supportedConnectionTypes: ['long-polling'],
    ext: { replay: true },
  }
  const [answer] = await bayeux.send([hello], report.signal, answerMsMax)
  report.heard()
  if (answer?.successful === true && answer.clientId !== undefined) return answer.clientId
  throw failure(
    'refuses the handshake',
    answer,
    answer?.error?.startsWith('401') ? unauthorised : undefined,
  )
}

/** Begins behind the last event that was committed. */
async function subscribe(
  host: Host,
  { begin }: SalesforceOptions,
  bayeux: Bayeux,
  clientId: string,
  channel: string,
  report: Report,
): Promise<void> {
  const known = await host.positionOf(streamOf(channel))
  const ask = (replayId: number) => {
    const ext = { replay: { [channel]: replayId } }
    const message = { channel: '/meta/subscribe', clientId, subscription: channel, ext }
    return bayeux.send([message], report.signal, answerMsMax)
  }
  const isAnswer = (message: Message) => message.channel === '/meta/subscribe'
  let messages = await ask(known?.value ?? (begin === 'all' ? replayAll : replayNew))
  const first = messages.find(isAnswer)
  if (known !== null && first?.successful === false && /replay ?id/i.test(first.error ?? '')) {
    report.alarm(
      `Salesforce has not kept ${channel} back to event ${known.value}: what it has is read, events before it are missing`,
    )
    messages = await ask(replayAll)
  }
  const answer = messages.find(isAnswer)
  if (answer?.successful !== true) throw failure(`refuses the channel ${channel}`, answer)
  await takeEvents(host, messages, report)
}

function streamOf(channel: string): string {
  return `replay${channel}`
}

/** Takes the events of each channel in their order, as lines `{ channel, data }`. */
async function takeEvents(host: Host, messages: readonly Message[], report: Report): Promise<void> {
  const events = messages.filter(
    ({ channel, data }) => !channel.startsWith('/meta/') && data !== undefined,
  )
  for (const [channel, some] of Map.groupBy(events, (event) => event.channel)) {
    report.state('reading')
    const stream = streamOf(channel)
    const from = (await host.positionOf(stream))?.value ?? 0
    const lines = some.map(({ data }) => `${JSON.stringify({ channel, data })}\n`)
    const to = some.at(-1)!.data!.event?.replayId
    const bytes = Buffer.from(lines.join(''))
    await host.take(bytes, to === undefined ? {} : { position: { stream, from, to } })
    report.taken()
    report.state('idle')
  }
}

function failure(what: string, answer: Message | undefined, code = 'SALESFORCE_REFUSED'): HubError {
  const why = answer?.error === undefined ? '' : `: ${sentenceOf(answer.error).slice(0, 300)}`
  return new HubError({ code, message: `Salesforce ${what}${why}.` })
}
