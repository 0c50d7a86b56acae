/** Options of `transport: { kind: webhook, ... }`: how senders sign what they post to `/v1/hooks/<source>`. */
import { z } from 'zod'
import { checkedOptions } from '../options.ts'
import { secretReference } from '../secret.ts'

const header = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,100}$/, 'the name of a header')
  .transform((name) => name.toLowerCase())

const usual = {
  kind: z.literal('webhook').optional(),
  /** Any of them may have signed: while one is replaced by the next, both are named. */
  secrets: z.array(secretReference).min(1).max(5),
  toleranceSeconds: z.number().int().min(10).max(900).default(300),
  /** Headers whose values the mapping needs: the record then is `{ headers, body }`. */
  keepHeaders: z.array(header).max(20).default([]),
}

const signedByHmac = z
  .strictObject({
    ...usual,
    scheme: z.literal('hmac'),
    header,
    prefix: z.string().max(50).default(''),
    encoding: z.enum(['hex', 'base64']).default('hex'),
    algorithm: z.enum(['sha256', 'sha512', 'sha1']).default('sha256'),
    /** What is signed; `{timestamp}` and `{id}` stand for the values of the headers named below. */
    signed: z.string().max(200).default('{body}'),
    timestamp: z.strictObject({ header, unit: z.enum(['s', 'ms', 'iso']).default('s') }).optional(),
    id: z.strictObject({ header }).optional(),
  })
  .refine(
    ({ signed }) => signed.endsWith('{body}') && signed.indexOf('{body}') === signed.length - 6,
    { error: 'must end with {body}', path: ['signed'] },
  )
  .refine(({ signed, timestamp }) => signed.includes('{timestamp}') === (timestamp !== undefined), {
    error:
      '{timestamp} and the header that carries it belong together: a time nobody signed proves nothing',
    path: ['signed'],
  })
  .refine(({ signed, id }) => signed.includes('{id}') === (id !== undefined), {
    error: '{id} and the header that carries it belong together',
    path: ['signed'],
  })

const schema = z.discriminatedUnion('scheme', [
  z.strictObject({ ...usual, scheme: z.literal('standard') }),
  z.strictObject({ ...usual, scheme: z.literal('shopify') }),
  z.strictObject({ ...usual, scheme: z.literal('github') }),
  signedByHmac,
])

export type WebhookOptions = z.output<typeof schema>
export type HmacScheme = z.output<typeof signedByHmac>

export const webhookOptions = checkedOptions('webhook', schema)
