/** Bayeux 1.0 by long polling, as far as a subscriber needs it. Source: docs.cometd.org, the Bayeux specification. */
import { HubError } from '#model/error.ts'
import { limits } from '#model/limits.ts'

export type Message = {
  readonly channel: string
  readonly successful?: boolean
  readonly clientId?: string
  readonly subscription?: string
  readonly error?: string
  readonly advice?: {
    readonly reconnect?: string
    readonly interval?: number
    readonly timeout?: number
  }
  readonly data?: { readonly event?: { readonly replayId?: number } }
  readonly ext?: Readonly<Record<string, unknown>>
}

export type Bayeux = {
  /** Sends messages, gives what came back. Rejects for anything but a 200. */
  readonly send: (
    messages: readonly object[],
    signal: AbortSignal,
    timeoutMs: number,
  ) => Promise<Message[]>
}

/** Thrown when the server does not take our token any more. */
export const unauthorised = 'BAYEUX_UNAUTHORISED'

/** `url`: of the endpoint. Cookies are kept: they lead to the machine that knows the client. */
export function createBayeux(url: URL, token: string): Bayeux {
  const cookies = new Map<string, string>()
  let id = 0
  return {
    async send(messages, signal, timeoutMs) {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          ...(cookies.size > 0 && {
            cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
          }),
        },
        body: JSON.stringify(messages.map((message) => ({ id: String(++id), ...message }))),
      })
      for (const cookie of response.headers.getSetCookie()) {
        const [name = '', value = ''] = cookie.split(';')[0]!.split(/=(.*)/s)
        cookies.set(name.trim(), value)
      }
      const text = await response.text()
      if (response.status === 401) throw refused(url, '401', unauthorised)
      if (response.status !== 200) throw refused(url, String(response.status), 'BAYEUX_REFUSED')
      if (text.length > limits.receiptBytesMax)
        throw refused(url, 'with too much at once', 'BAYEUX_REFUSED')
      return JSON.parse(text) as Message[]
    },
  }
}

function refused(url: URL, what: string, code: string): HubError {
  return new HubError({ code, message: `${url.host}${url.pathname} answered ${what}.` })
}
