/** Options of `transport: { kind: poll, ... }`: where and how often to ask, and how the answers lead on. */
import { z } from 'zod'
import { expressionOver } from '../expression.ts'
import { clientCredentials } from '../oauth.ts'
import { checkedOptions } from '../options.ts'
import { secretReference, setting } from '../secret.ts'

const requestNames = ['cursor', 'since', 'now'] as const
const answerNames = ['page', 'headers', 'link', 'status', ...requestNames] as const
export type RequestName = (typeof requestNames)[number]
export type AnswerName = (typeof answerNames)[number]

const asked = expressionOver(requestNames)
const answered = expressionOver(answerNames)

export const auth = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('bearer'), token: secretReference }),
  z.strictObject({ kind: z.literal('basic'), user: setting, password: secretReference }),
  z.strictObject({
    kind: z.literal('header'),
    name: z.string().regex(/^[A-Za-z0-9-]{1,100}$/),
    value: secretReference,
  }),
  z.strictObject({ kind: z.literal('oauth'), ...clientCredentials }),
])
export type Auth = z.output<typeof auth>

/** How much of the other system one source may use. */
export const limit = z
  .strictObject({
    perMinute: z.number().min(0.01).max(6000).default(60),
    burst: z.number().int().min(1).max(1000).default(5),
    /** Of the time, at most this share goes by with the system working for us. */
    busyShare: z.number().min(0.01).max(1).default(0.5),
  })
  .prefault({})
export type Limit = z.output<typeof limit>

const schema = z
  .strictObject({
    kind: z.literal('poll').optional(),
    url: setting,
    /** Parameters of the address, each an expression; null leaves it out. */
    query: z.record(z.string(), asked).default({}),
    headers: z.record(z.string(), asked).default({}),
    /** Makes it a POST of JSON. */
    json: z.record(z.string(), asked).optional(),
    graphql: z
      .strictObject({
        query: z.string().min(1).max(20_000),
        variables: z.record(z.string(), asked).default({}),
      })
      .optional(),
    auth: auth.optional(),
    everySeconds: z.number().min(0.05).max(86_400).default(60),
    timeoutSeconds: z.number().min(1).max(600).default(60),
    limit,
    /** The address of the page behind this one, or null. */
    next: answered.optional(),
    /** Whether to ask again at once, with the new cursor. */
    more: answered.optional(),
    /** Why an answer of status 200 is none, or null (GraphQL's `errors`). */
    failed: answered.optional(),
    cursor: z.strictObject({ start: asked.optional(), value: answered }).optional(),
    /** `since` is the cursor, a time, this much earlier: for systems whose clocks or commits lag. */
    overlapSeconds: z.number().min(0).max(86_400).default(0),
  })
  .refine(({ next, more }) => next === undefined || more === undefined, {
    error: 'next (an address) and more (ask again with the cursor) exclude each other',
  })
  .refine(({ more, cursor }) => more === undefined || cursor !== undefined, {
    error: 'more needs a cursor: else the same page would be asked for again',
  })
  .refine(({ json, graphql }) => json === undefined || graphql === undefined, {
    error: 'json and graphql exclude each other',
  })

export type PollOptions = z.output<typeof schema>

export const pollOptions = checkedOptions('poll', schema)
