/** Requests of the command line to the hub that runs on the data directory. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Announcement } from '#hub/announcement.ts'
import { HubError } from '#model/error.ts'

export type HubRequest = {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: Uint8Array | string
  readonly type?: string
  readonly signal: AbortSignal
}

const attemptsMax = 20

/** The answer's JSON. A full queue is waited for; every other refusal is thrown with the hub's own words. */
export async function askHub<T>(
  hub: Announcement,
  { method = 'GET', path, body, type, signal }: HubRequest,
): Promise<T> {
  const headers = {
    authorization: `Bearer ${hub.key}`,
    accept: 'application/json',
    ...(type && { 'content-type': type }),
  }
  for (let attempt = 1; ; attempt++) {
    const answer = await fetch(new URL(path, hub.url), {
      method,
      headers,
      signal,
      ...(body !== undefined && { body: typeof body === 'string' ? body : new Uint8Array(body) }),
    })
    const text = await answer.text()
    if (answer.ok) return (text === '' ? undefined : JSON.parse(text)) as T
    if (answer.status !== 429 || attempt >= attemptsMax) throw refusal(answer.status, text)
    await sleep(1000 * Math.min(30, Number(answer.headers.get('retry-after') ?? 1)), undefined, {
      signal,
    })
  }
}

type Problem = {
  readonly title?: string
  readonly detail?: string
  readonly code?: string
  readonly hint?: string
}

function refusal(status: number, text: string): HubError {
  let problem: Problem = {}
  try {
    problem = JSON.parse(text) as Problem
  } catch {
    // No problem document: the status has to do.
  }
  const { code = `HTTP_${status}`, detail, title, hint } = problem
  return new HubError({
    code: status === 404 ? 'NOT_FOUND' : code.toUpperCase().replaceAll('-', '_'),
    message: detail ?? title ?? `The hub answered ${status}.`,
    ...(hint !== undefined && { hint }),
  })
}
