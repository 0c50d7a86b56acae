/** Options of `transport: { kind: kafka, ... }`: topics of a broker that speaks Kafka's protocol. */
import { z } from 'zod'
import { checkedOptions } from '../options.ts'
import { registryOptions } from '../schema-registry.ts'
import { secretReference, setting } from '../secret.ts'

const schema = z.strictObject({
  kind: z.literal('kafka').optional(),
  /** `host:port` each. */
  brokers: z.array(setting).min(1).max(50),
  topics: z
    .array(z.string().regex(/^[\w.-]{1,249}$/))
    .min(1)
    .max(100),
  /** Where a partition begins that was never read. */
  begin: z.enum(['earliest', 'latest']).default('earliest'),
  tls: z.enum(['verify', 'none']).default('verify'),
  ca: secretReference.optional(),
  sasl: z
    .strictObject({
      mechanism: z.enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']),
      user: setting,
      password: secretReference,
    })
    .optional(),
  group: z
    .string()
    .regex(/^[\w.-]{1,200}$/)
    .optional(),
  /** Where the schemas of Avro and Protobuf messages are. */
  registry: registryOptions.optional(),
  /** The record is `{ topic, partition, offset, timestamp, key, headers, body }` instead of the message itself. */
  envelope: z.boolean().default(false),
})

export type KafkaOptions = z.output<typeof schema>

export const kafkaOptions = checkedOptions('kafka', schema)
