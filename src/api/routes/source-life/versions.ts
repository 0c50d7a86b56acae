/** Versions of mappings: looked at, compared with what runs, published, rolled back. */
import { z } from 'zod'
import {
  addVersion,
  compileVersion,
  listVersions,
  readVersion,
  rereadHistory,
  runVersion,
  versionBefore,
} from '#lifecycle/versions.ts'
import type { PublicationKind } from '#flow/pins.ts'
import type { ApiContext } from '#api/context.ts'
import { operation, type Answer, type Operation } from '#api/operation.ts'
import { type Principal, seesScope } from '#api/principal.ts'
import { Problem } from '#api/problem.ts'
import { createDiffs } from './diffs.ts'
import * as schemas from './schemas.ts'

const none = z.strictObject({})
const tag = 'Sources'

/** The running source, when the caller may know of it. */
export function seen({ flow }: ApiContext, principal: Principal, name: string) {
  const running = flow.sources.get(name)
  if (running !== undefined && seesScope(principal, running.scopeKey)) return running
  throw new Problem('unknown-source', `There is no source "${name}".`, {
    hint: 'GET /v1/sources lists them.',
  })
}

export function versionOperations(context: ApiContext): Operation[] {
  return [...lookingOperations(context), ...diffOperations(context), ...runningOperations(context)]
}

function lookingOperations(context: ApiContext): Operation[] {
  const { flow, now } = context
  return [
    operation({
      id: 'listSourceVersions',
      method: 'GET',
      path: '/v1/sources/{source}/versions',
      tag,
      allow: 'orders:read',
      summary: 'Every version of a source’s mapping, and which one runs',
      params: schemas.ofSource,
      query: none,
      answers: { 200: { description: 'Newest first.', schema: schemas.versions } },
      handle: async ({ params: { source }, principal }) => {
        const running = seen(context, principal, source).version
        const items = await listVersions(flow.pool, principal.access, source)
        return { body: { running, items } }
      },
    }),
    operation({
      id: 'getSourceVersion',
      method: 'GET',
      path: '/v1/sources/{source}/versions/{version}',
      tag,
      allow: 'orders:read',
      summary: 'The files of one version',
      params: z.strictObject({
        ...schemas.ofSource.shape,
        version: z.coerce.number().int().min(1).max(1_000_000),
      }),
      query: none,
      answers: { 200: { description: 'Name to text.', schema: schemas.version } },
      handle: async ({ params: { source, version }, principal }) => {
        seen(context, principal, source)
        const files = await readVersion(flow.pool, principal.access, source, version)
        return { body: { source, version, files } }
      },
    }),
    operation({
      id: 'addSourceVersion',
      method: 'POST',
      path: '/v1/sources/{source}/versions',
      tag,
      allow: 'admin',
      summary: 'Keeps a version of the mapping without running it',
      description: 'The same files are the same version.',
      params: schemas.ofSource,
      query: none,
      body: schemas.adding,
      answers: { 201: { description: 'The version.', schema: schemas.added } },
      handle: async ({ params: { source }, body, principal }) => {
        const running = seen(context, principal, source).source
        const candidate = compileVersion(source, body.files)
        const moved = candidate.company !== running.company || candidate.region !== running.region
        if (moved && principal.access.scopes !== '*')
          throw new Problem(
            'not-allowed',
            'This key may not move a source to another company or region.',
          )
        const version = await addVersion(flow, candidate, now())
        return { status: 201, body: { source, version } }
      },
    }),
  ]
}

function diffOperations(context: ApiContext): Operation[] {
  const diffs = createDiffs(context.flow)
  return [
    operation({
      id: 'startSourceDiff',
      method: 'POST',
      path: '/v1/sources/{source}/diffs',
      tag,
      allow: 'admin',
      summary: 'Begins to compare a version with the one that runs, over all that was received',
      description: 'Nothing is written and no order is touched.',
      params: schemas.ofSource,
      query: none,
      body: schemas.diffing,
      answers: { 202: { description: 'Where it can be followed.', schema: schemas.diffJob } },
      handle: async ({ params: { source }, body: { version }, principal }) => {
        seen(context, principal, source)
        const files = await readVersion(context.flow.pool, principal.access, source, version)
        const job = diffs.begin(compileVersion(source, files), version, principal.access)
        return { status: 202, body: job }
      },
    }),
    operation({
      id: 'getSourceDiff',
      method: 'GET',
      path: '/v1/sources/{source}/diffs/{id}',
      tag,
      allow: 'admin',
      summary: 'How far a comparison is, and what it found',
      params: z.strictObject({ ...schemas.ofSource.shape, id: z.string().max(100) }),
      query: none,
      answers: { 200: { description: 'The comparison.', schema: schemas.diffJob } },
      handle: ({ params: { source, id }, principal }) => {
        seen(context, principal, source)
        const job = diffs.find(source, id)
        if (job === undefined)
          throw new Problem('unknown-version', 'There is no such comparison.', {
            hint: 'They are kept until the hub restarts; begin another.',
          })
        return Promise.resolve({ body: job })
      },
    }),
  ]
}

function runningOperations(context: ApiContext): Operation[] {
  const answers = {
    200: { description: 'The version that runs now.', schema: schemas.published },
  }
  const shared = { method: 'POST', tag, allow: 'admin', params: schemas.ofSource } as const
  return [
    operation({
      ...shared,
      id: 'publishSource',
      path: '/v1/sources/{source}/publish',
      summary: 'Makes a version of the mapping run',
      description:
        'From the next record on; what came before stays as it was read, unless `reread` asks for it.',
      query: none,
      body: schemas.publishing,
      answers,
      handle: async ({ params: { source }, body, principal }) =>
        run(context, principal, source, 'published', body.version, body.reread === true),
    }),
    operation({
      ...shared,
      id: 'rollBackSource',
      path: '/v1/sources/{source}/rollback',
      summary: 'Goes back to an earlier version of the mapping',
      query: none,
      body: schemas.rollingBack,
      answers,
      handle: async ({ params: { source }, body, principal }) => {
        seen(context, principal, source)
        const version = body.version ?? (await versionBefore(context.flow, source))
        if (version === null)
          throw new Problem('unknown-version', `${source} has no version before this one.`)
        return run(context, principal, source, 'rolled-back', version, body.reread === true)
      },
    }),
  ]
}

async function run(
  context: ApiContext,
  principal: Principal,
  source: string,
  kind: PublicationKind,
  version: number,
  reread: boolean,
): Promise<Answer> {
  const { flow, now, owner } = context
  seen(context, principal, source)
  // Whoever does not see a version may not run it.
  await readVersion(flow.pool, principal.access, source, version)
  if (reread && (owner === undefined || principal.access.scopes !== '*'))
    throw new Problem('not-allowed', 'Here the history cannot be read again by this key.', {
      hint: 'It makes every order anew: use a key of all scopes, or "orderhub rebuild" while the hub is stopped.',
    })
  await runVersion(flow, { source, version, kind, by: principal.name, at: now() })
  if (!reread) return { body: { source, version, reread: null } }
  const done = await rereadHistory(flow, owner!, source, () => undefined)
  const { orders, events, seconds } = done.rebuilt
  const { replayed, left } = done
  return { body: { source, version, reread: { orders, events, seconds, replayed, left } } }
}
