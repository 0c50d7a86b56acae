/** Who the caller is, and how a browser comes in and leaves. */
import { z } from 'zod'
import { withAccess } from '#store/client.ts'
import { sessionCookie } from '../authentication.ts'
import type { ApiContext } from '../context.ts'
import { createSession, revokeKey } from '../keys.ts'
import { operation, type Operation } from '../operation.ts'
import type { Principal } from '../principal.ts'
import { Problem } from '../problem.ts'
import { entering, entry, me } from '../schemas/operations.ts'

const sessionSeconds = 12 * 3600

export function meOperations(context: ApiContext): Operation[] {
  const { now } = context
  return [
    ...entryOperations(context),
    operation({
      id: 'getMe',
      method: 'GET',
      path: '/v1/me',
      tag: 'Access',
      allow: 'signed-in',
      summary: 'Who the caller is and what he may do',
      query: z.strictObject({}),
      answers: { 200: { description: 'The key or session of this request.', schema: me } },
      handle: async ({ principal }) => ({ body: await describe(context, principal) }),
    }),
    operation({
      id: 'leave',
      method: 'DELETE',
      path: '/v1/me/session',
      tag: 'Access',
      allow: 'signed-in',
      summary: 'Ends the browser’s session',
      query: z.strictObject({}),
      answers: { 204: { description: 'The cookie is worth nothing any more.' } },
      handle: async ({ principal }) => {
        if (principal.kind === 'session') await revokeKey(context.flow, principal.keyId, now())
        context.authenticator.forget()
        return {
          status: 204,
          body: undefined,
          headers: { 'set-cookie': cookie('', 0, context.secureCookies) },
        }
      },
    }),
  ]
}

function entryOperations(context: ApiContext): Operation[] {
  const { entries, now, url } = context
  return [
    operation({
      id: 'createEntry',
      method: 'POST',
      path: '/v1/entries',
      tag: 'Access',
      allow: 'admin',
      summary: 'Makes a link that signs a browser in, once, within 15 minutes',
      description: 'Whoever opens it may do what the caller may, in the caller’s scopes.',
      query: z.strictObject({}),
      body: entering,
      answers: { 201: { description: 'The link; it is shown nowhere else.', schema: entry } },
      handle: async ({ body, principal }) => {
        const scopeKeys = principal.access.scopes === '*' ? null : principal.access.scopes
        const made = entries.create(
          { scopeKeys, ...(body.name === undefined ? {} : { name: body.name }) },
          url(),
        )
        return {
          status: 201,
          body: { url: made.url, expiresAt: new Date(made.expiresAt).toISOString() },
        }
      },
    }),
    operation({
      id: 'enter',
      method: 'GET',
      path: '/enter/{token}',
      tag: 'Access',
      allow: 'everyone',
      summary: 'Signs a browser in by a one-time link',
      params: z.strictObject({ token: z.string().min(1).max(200) }),
      query: z.strictObject({}),
      answers: { 303: { description: 'To the page, with a session cookie.' } },
      handle: async ({ params: { token } }) => {
        const entrant = entries.use(token)
        if (entrant === null) {
          throw new Problem('not-signed-in', 'This link was used, or is older than 15 minutes.', {
            hint: 'Get a new one on the hub’s machine: ./orderhub login',
          })
        }
        const expiresAt = now() + sessionSeconds * 1000
        const session = await createSession(context.flow, entrant, now(), expiresAt)
        const headers = {
          location: '/',
          'cache-control': 'no-store',
          'set-cookie': cookie(session.token, sessionSeconds, context.secureCookies),
        }
        return { status: 303, body: '', type: 'text/plain; charset=utf-8', headers }
      },
    }),
  ]
}

function cookie(value: string, seconds: number, secure: boolean): string {
  return `${sessionCookie}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure ? '; Secure' : ''}`
}

async function describe(
  { flow }: ApiContext,
  { kind, keyId, name, permissions, access }: Principal,
): Promise<unknown> {
  const { rows } = await withAccess(flow.pool, access, (client) =>
    client.query<{ name: string }>(
      'select name from tenant where tenant_key = (select current_tenant())',
    ),
  )
  const scopes =
    access.scopes === '*'
      ? '*'
      : access.scopes.flatMap((key) => {
          const scope = flow.scopes.get(key)
          return scope === undefined ? [] : [{ company: scope.company, region: scope.region }]
        })
  return { kind, keyId, name, organisation: rows[0]?.name ?? '', permissions, scopes }
}
