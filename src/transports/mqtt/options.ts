/** Options of `transport: { kind: mqtt, ... }`: topics of an MQTT 5 broker. */
import { z } from 'zod'
import { checkedOptions } from '../options.ts'
import { secretReference, setting } from '../secret.ts'

const schema = z
  .strictObject({
    kind: z.literal('mqtt').optional(),
    /** `mqtts://host:8883`, or `mqtt://`, `ws://`, `wss://`. */
    url: setting,
    topics: z
      .array(
        z
          .string()
          .regex(/^(?!\$share\/)[^\0]{1,1000}$/, 'a topic filter; sharing is set by connections'),
      )
      .min(1)
      .max(100),
    user: setting.optional(),
    password: secretReference.optional(),
    ca: secretReference.optional(),
    /** Names the session at the broker; one hub, one name. */
    clientId: z
      .string()
      .regex(/^[\w.-]{1,100}$/)
      .optional(),
    /** How long the broker keeps what comes while the hub is away. */
    sessionHours: z.number().min(0.01).max(1000).default(72),
    /** More than one share the topics (MQTT 5 shared subscriptions); retained messages are not shared. */
    connections: z.number().int().min(1).max(16).default(1),
    /** The record is `{ topic, properties, body }` instead of the message itself. */
    envelope: z.boolean().default(false),
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), {
    error: 'user and password belong together',
  })

export type MqttOptions = z.output<typeof schema>

export const mqttOptions = checkedOptions('mqtt', schema)
