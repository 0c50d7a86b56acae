/**
 * Takes messages of an MQTT 5 broker. The broker keeps a session; a message is acknowledged after COMMIT and no other is
 * read meanwhile, so that what is not committed is sent again. Subscribed with QoS 1: with QoS 2 a client answers for
 * messages it holds in memory only, and what comes twice is known by its events anyway.
 */
import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt'
import { HubError } from '#model/error.ts'
import { limits } from '#model/limits.ts'
import { envelope } from '../envelope.ts'
import { type Report, startFollower } from '../follower.ts'
import type { Host, RunningTransport } from '../port.ts'
import { contextFormats } from '../schema-registry.ts'
import { settingText } from '../secret.ts'
import { type MqttOptions, mqttOptions } from './options.ts'

const connectMsMax = 15_000
const aliveSeconds = 30
/** The broker holds more than this back until some are acknowledged. */
const receiveMaximum = 100
const stream = 'session'

/** Starts following. Throws a sentence for options that are wrong. */
export function startMqtt(host: Host, raw: unknown): RunningTransport {
  const options = mqttOptions(raw)
  return startFollower(host, 'mqtt', async (report) => {
    const broken = new AbortController()
    const stop = AbortSignal.any([report.signal, broken.signal])
    const sessions = Array.from({ length: options.connections }, (_, n) =>
      session(host, options, n, { ...report, signal: stop }).finally(() => broken.abort()),
    )
    const ends = await Promise.allSettled(sessions)
    const failed = ends.find((end) => end.status === 'rejected')
    if (failed !== undefined) throw failed.reason
    return 0
  })
}

/** One connection, until it breaks (rejects) or is to stop (resolves). */
async function session(
  host: Host,
  options: MqttOptions,
  index: number,
  report: Report,
): Promise<void> {
  const clientId = `${options.clientId ?? `orderhub-${host.source.name}`}${index === 0 ? '' : `-${index}`}`
  const url = await settingText(host.secret, options.url)
  const client = connect(url, { ...(await login(host, options)), clientId })
  let working: Promise<unknown> = Promise.resolve()
  const ended = new Promise<void>((resolve, reject) => {
    const fail = (error: Error) => {
      reject(error)
      client.end(true)
    }
    client.on('error', fail)
    client.on('close', () =>
      fail(new HubError({ code: 'MQTT_CLOSED', message: `${hostOf(url)} closed the connection.` })),
    )
    client.handleMessage = (packet, callback) => {
      working = taken(host, options, packet, report).then(
        () => callback(),
        (error: Error) => fail(error),
      )
    }
    client.on('connect', ({ sessionPresent }) => {
      report.heard()
      open(host, options, client, clientId, sessionPresent, report).catch(fail)
    })
    const leave = () => {
      resolve()
      client.end(true)
    }
    if (report.signal.aborted) leave()
    else report.signal.addEventListener('abort', leave, { once: true })
  })
  try {
    await ended
  } finally {
    await working
  }
}

async function login(
  { secret }: Host,
  { user, password, ca, sessionHours }: MqttOptions,
): Promise<IClientOptions> {
  return {
    protocolVersion: 5,
    clean: false,
    reconnectPeriod: 0,
    connectTimeout: connectMsMax,
    keepalive: aliveSeconds,
    properties: {
      sessionExpiryInterval: Math.round(sessionHours * 3600),
      receiveMaximum,
      maximumPacketSize: limits.receiptBytesMax,
    },
    ...(user && { username: await settingText(secret, user) }),
    ...(password && { password: await secret(password) }),
    ...(ca && { ca: await secret(ca) }),
  }
}

/** Subscribes, and notices when the broker has forgotten the session. */
async function open(
  host: Host,
  { topics, connections }: MqttOptions,
  client: MqttClient,
  clientId: string,
  sessionPresent: boolean,
  report: Report,
): Promise<void> {
  const name = `${stream}/${clientId}`
  const before = await host.positionOf(name)
  if (before !== null && !sessionPresent) {
    const since = new Date(before.value).toISOString()
    report.alarm(`the broker kept no session; messages since ${since} or later may be missing`)
  }
  const group = clientId.replace(/-\d+$/, '')
  for (const topic of topics) {
    const filter = connections === 1 ? topic : `$share/${group}/${topic}`
    // Retained messages come with the first subscription, not again with every connection.
    const [granted] = await client.subscribeAsync(filter, { qos: 1, rh: 1 })
    if (granted !== undefined && granted.qos > 2)
      throw new HubError({
        code: 'MQTT_REFUSED',
        message: `The broker refuses the topic ${topic}.`,
      })
  }
  await host.remember(name, { value: host.now(), mark: '' })
  report.state('idle')
}

async function taken(
  host: Host,
  options: MqttOptions,
  packet: IPublishPacket,
  report: Report,
): Promise<void> {
  const { topic, payload, properties } = packet
  const message = Buffer.isBuffer(payload) ? payload : Buffer.from(payload)
  report.heard()
  report.state('reading')
  const about = { topic, properties: { ...properties?.userProperties } }
  const bytes = options.envelope ? envelope(about, message) : message
  const name = topic.slice(0, 255)
  const needsTopic = !options.envelope && contextFormats.includes(host.source.format.name)
  const context = needsTopic ? { context: JSON.stringify({ topic }) } : {}
  if (bytes.length > 0) await host.take(bytes, { name, ...context })
  report.taken()
  report.state('idle')
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'the broker'
}
