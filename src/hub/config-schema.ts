/** Everything that can be configured, with its default and its sentence; the reference page is made from this. */
import { z } from 'zod'

const port = z.number().int().min(0).max(65_535)
const milliseconds = (min: number) => z.number().int().min(min).max(86_400_000)

export const configSchema = z.strictObject({
  data: z
    .string()
    .min(1)
    .default('.data')
    .describe(
      'Directory of the database and of everything else the hub keeps. Relative paths begin at orderhub.yaml, or where you stand.',
    ),
  host: z.string().min(1).default('127.0.0.1').describe('Address the API and the page listen on.'),
  port: port
    .default(4870)
    .describe('Port of the API and the page; the next free one when it is taken, 0 for any.'),
  company: z
    .string()
    .min(1)
    .default('company')
    .describe('Directory of the company: company.yaml and the folders of its sources.'),
  databaseUrl: z
    .string()
    .regex(/^postgres(?:ql)?:\/\//, 'expected postgresql://...')
    .optional()
    .describe(
      'A PostgreSQL of your own, as its owner (for migrations); without it the hub runs one itself.',
    ),
  databaseAppUrl: z
    .string()
    .regex(/^postgres(?:ql)?:\/\//, 'expected postgresql://...')
    .optional()
    .describe(
      'The same database as the role the program works under, orderhub_app; default: databaseUrl with that role.',
    ),
  demo: z.boolean().default(true).describe('Load the demo company’s history on the first start.'),
  live: z
    .boolean()
    .default(true)
    .describe('Let the demo company’s systems go on talking. Has no effect without demo.'),
  demoOrders: z
    .number()
    .int()
    .min(1)
    .max(5000)
    .default(300)
    .describe('Orders in the demo company’s history.'),
  demoSeed: z
    .number()
    .int()
    .min(0)
    .default(7)
    .describe('Seed of the demo company’s world; the same seed tells the same stories.'),
  ui: z
    .boolean()
    .default(true)
    .describe('Serve the page, and build it when it is missing or older than its sources.'),
  drop: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Directory with one folder per source that is fed by files; default: drop in the data directory.',
    ),
  dropAfterwards: z
    .enum(['move', 'leave'])
    .default('move')
    .describe(
      'What becomes of a file that was read: moved to done/ beside it, or left where it is.',
    ),
  dropSettleMs: milliseconds(1)
    .default(2000)
    .describe('A file that has not changed for this long is taken as whole.'),
  dropPollMs: milliseconds(10)
    .default(5000)
    .describe('How often the directories are looked at when the system announces no change.'),
})

export type Config = z.infer<typeof configSchema>
export type ConfigKey = keyof Config

export const configKeys = Object.keys(configSchema.shape) as ConfigKey[]

/** `dropSettleMs` is `ORDERHUB_DROP_SETTLE_MS` in the environment. */
export function variableOf(key: ConfigKey): string {
  return `ORDERHUB_${snake(key).toUpperCase()}`
}

/** `dropSettleMs` is `--drop-settle-ms` on the command line; what is on by default is switched off by `--no-...`. */
export function flagOf(key: ConfigKey): string {
  const name = snake(key).replaceAll('_', '-')
  return defaultOf(key) === true ? `--no-${name}` : `--${name}`
}

export function defaultOf(key: ConfigKey): unknown {
  return configSchema.shape[key].safeParse(undefined).data
}

export function describe(key: ConfigKey): string {
  return configSchema.shape[key].description ?? ''
}

function snake(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
