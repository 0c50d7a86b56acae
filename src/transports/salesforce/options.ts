/** Options of `transport: { kind: salesforce, ... }`: channels of the Streaming API (CometD: Bayeux by long polling). */
import { z } from 'zod'
import { clientCredentials } from '../oauth.ts'
import { checkedOptions } from '../options.ts'
import { setting } from '../secret.ts'

const schema = z.strictObject({
  kind: z.literal('salesforce').optional(),
  oauth: z.strictObject(clientCredentials),
  /** Where the organisation lives; without it, where the token says. */
  instanceUrl: setting.optional(),
  version: z
    .string()
    .regex(/^\d{2,3}\.0$/)
    .default('60.0'),
  /** E.g. `/data/OrderChangeEvent`, `/event/Order_Shipped__e`, `/topic/Orders`. */
  channels: z
    .array(z.string().regex(/^\/[\w/]{1,200}$/))
    .min(1)
    .max(50),
  /** Where a channel begins that was never read: with all that Salesforce still has (72 hours), or with what is new. */
  begin: z.enum(['all', 'new']).default('all'),
})

export type SalesforceOptions = z.output<typeof schema>

export const salesforceOptions = checkedOptions('salesforce', schema)
