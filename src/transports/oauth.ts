/** OAuth 2.0 client credentials (RFC 6749, 4.4): tokens, kept until shortly before they end. */
import { z } from 'zod'
import { HubError } from '#model/error.ts'
import type { Instant } from '#model/time.ts'
import type { Host } from './port.ts'
import { secretReference, setting, settingText } from './secret.ts'

export const clientCredentials = {
  tokenUrl: setting,
  clientId: setting,
  clientSecret: secretReference,
  scope: z.string().max(500).optional(),
  audience: z.string().max(500).optional(),
  /** How the client names itself: an Authorization header, or fields of the form. */
  as: z.enum(['basic', 'form']).default('basic'),
}
const schema = z.strictObject(clientCredentials)
export type ClientCredentials = z.output<typeof schema>

/** What the server said with the token, e.g. Salesforce's `instance_url`. */
export type Token = {
  readonly text: string
  readonly until: Instant
  readonly said: Readonly<Record<string, unknown>>
}
export type Tokens = {
  readonly get: (signal: AbortSignal) => Promise<Token>
  /** After it was refused. */
  readonly forget: () => void
}

const answerMsMax = 30_000
const marginMs = 60_000
const lifeSecondsUsual = 300

export function createTokens(
  host: Pick<Host, 'secret' | 'now'>,
  client: ClientCredentials,
): Tokens {
  let token: Token | null = null
  return {
    async get(signal) {
      if (token === null || token.until <= host.now())
        token = await fetchToken(host, client, signal)
      return token
    },
    forget: () => void (token = null),
  }
}

export function basicAuthorization(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/

/** Credentials go over the network encrypted or not at all. */
export function refuseOpenSecrets(url: URL): void {
  if (url.protocol === 'https:' || loopback.test(url.hostname)) return
  throw new HubError({
    code: 'NOT_ENCRYPTED',
    message: `${url.host} would get credentials over ${url.protocol}//.`,
    hint: 'Use https.',
  })
}

async function fetchToken(
  host: Pick<Host, 'secret' | 'now'>,
  client: ClientCredentials,
  signal: AbortSignal,
): Promise<Token> {
  const [address, id, secret] = await Promise.all([
    settingText(host.secret, client.tokenUrl),
    settingText(host.secret, client.clientId),
    host.secret(client.clientSecret),
  ])
  const url = new URL(address)
  refuseOpenSecrets(url)
  const form = new URLSearchParams({ grant_type: 'client_credentials' })
  if (client.scope !== undefined) form.set('scope', client.scope)
  if (client.audience !== undefined) form.set('audience', client.audience)
  const headers: Record<string, string> = { accept: 'application/json' }
  if (client.as === 'basic')
    headers['authorization'] = basicAuthorization(
      encodeURIComponent(id),
      encodeURIComponent(secret),
    )
  else {
    form.set('client_id', id)
    form.set('client_secret', secret)
  }
  const response = await fetch(url, {
    method: 'POST',
    headers,
    body: form,
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerMsMax)]),
  })
  const said = (await response.json().catch(() => ({}))) as Record<string, unknown>
  if (!response.ok || typeof said['access_token'] !== 'string') {
    throw new HubError({
      code: 'NO_TOKEN',
      message: `${url.host} gave no token (status ${response.status}).`,
      hint: 'Check the client’s id, secret and scope.',
    })
  }
  const seconds = Number(said['expires_in'] ?? lifeSecondsUsual)
  const lifeMs = (Number.isFinite(seconds) ? seconds : lifeSecondsUsual) * 1000
  return { text: said['access_token'], until: host.now() + Math.max(0, lifeMs - marginMs), said }
}
