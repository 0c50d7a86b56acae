/** One request: who asks, what is sent, and an answer of bounded size within bounded time. */
import { HubError } from '#model/error.ts'
import { limits } from '#model/limits.ts'
import { asText } from '../expression.ts'
import { basicAuthorization, createTokens } from '../oauth.ts'
import type { Host } from '../port.ts'
import { settingText } from '../secret.ts'
import type { Auth, PollOptions, RequestName } from './options.ts'

export type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Buffer
  readonly tookMs: number
}

export type Ask = {
  readonly url: URL
  readonly init: {
    readonly method: string
    readonly headers: Record<string, string>
    readonly body?: string
  }
}

/** The first request of a round. */
export async function firstAsk(
  host: Pick<Host, 'secret'>,
  options: PollOptions,
  values: Readonly<Record<RequestName, unknown>>,
): Promise<Ask> {
  const url = new URL(await settingText(host.secret, options.url))
  for (const [name, evaluate] of Object.entries(options.query)) {
    const value = asText(evaluate(values), `query.${name}`)
    if (value !== null) url.searchParams.set(name, value)
  }
  return ask(url, options, values)
}

/** A page behind the first: its address is whole already. Throws for one of another server: it would get our credentials. */
export function nextAsk(
  base: URL,
  next: string,
  options: PollOptions,
  values: Readonly<Record<RequestName, unknown>>,
): Ask {
  const url = new URL(next, base)
  if (url.origin === base.origin) return ask(url, options, values)
  throw new HubError({
    code: 'POLL_FOREIGN_NEXT',
    message: `The next page is said to be at ${url.origin}, not at ${base.origin}.`,
    hint: 'Pages are followed on one server only.',
  })
}

function ask(url: URL, options: PollOptions, values: Readonly<Record<RequestName, unknown>>): Ask {
  const headers: Record<string, string> = { accept: 'application/json' }
  for (const [name, evaluate] of Object.entries(options.headers)) {
    const value = asText(evaluate(values), `headers.${name}`)
    if (value !== null) headers[name.toLowerCase()] = value
  }
  const given = options.json ?? options.graphql?.variables
  if (given === undefined) return { url, init: { method: 'GET', headers } }
  const fields = Object.fromEntries(
    Object.entries(given).map(([name, evaluate]) => [name, evaluate(values)]),
  )
  const body = options.graphql ? { query: options.graphql.query, variables: fields } : fields
  headers['content-type'] ??= 'application/json'
  return { url, init: { method: 'POST', headers, body: JSON.stringify(body) } }
}

/** Sends it. Rejects with a sentence that names the server and the path, never the parameters: they may hold secrets. */
export async function send(
  { url, init }: Ask,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<Answer> {
  const began = performance.now()
  const late = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.any([signal, late]),
    })
    const bytes = await bytesOf(response)
    return {
      status: response.status,
      headers: response.headers,
      bytes,
      tookMs: performance.now() - began,
    }
  } catch (error) {
    if (!late.aborted) throw error
    throw new HubError({
      code: 'POLL_NO_ANSWER',
      message: `${url.host}${url.pathname} did not answer within ${timeoutMs / 1000} s.`,
    })
  }
}

async function bytesOf(response: Response): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    parts.push(part as Uint8Array)
    length += (part as Uint8Array).length
    if (length > limits.receiptBytesMax) {
      throw new HubError({
        code: 'POLL_TOO_LARGE',
        message: `An answer has more than ${limits.receiptBytesMax} bytes.`,
        hint: 'Ask for smaller pages.',
      })
    }
  }
  return Buffer.concat(parts)
}

/** Proves who asks. */
export function authenticator(
  host: Pick<Host, 'secret' | 'now'>,
  auth: Auth | undefined,
): { headers: (signal: AbortSignal) => Promise<Record<string, string>>; forget: () => void } {
  const tokens = auth?.kind === 'oauth' ? createTokens(host, auth) : null
  const headers = async (signal: AbortSignal): Promise<Record<string, string>> => {
    switch (auth?.kind) {
      case undefined:
        return {}
      case 'bearer':
        return { authorization: `Bearer ${await host.secret(auth.token)}` }
      case 'header':
        return { [auth.name.toLowerCase()]: await host.secret(auth.value) }
      case 'basic': {
        const user = await settingText(host.secret, auth.user)
        return { authorization: basicAuthorization(user, await host.secret(auth.password)) }
      }
      case 'oauth':
        return { authorization: `Bearer ${(await tokens!.get(signal)).text}` }
    }
  }
  return { headers, forget: () => tokens?.forget() }
}
