/** Options of `transport: { kind: postgres-cdc, ... }`: changes of tables by logical replication (pgoutput). */
import { z } from 'zod'
import { server, tableName } from '../database/options.ts'
import { checkedOptions } from '../options.ts'

const own = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, 'lower-case letters, digits and _')

const schema = z.strictObject({
  kind: z.literal('postgres-cdc').optional(),
  ...server,
  /** `schema.table` each; they go into the publication when the hub makes it. */
  tables: z.array(tableName).min(1).max(500),
  /** Made when it is not there; else it must hold the tables. */
  publication: own.optional(),
  /** Made when it is not there. One hub, one slot. */
  slot: own.optional(),
  /** Rows that stand there before the first change: read, or not. After the slot was lost they are always read. */
  snapshot: z.enum(['initial', 'never']).default('initial'),
  /** How often the slot is looked after. */
  watchSeconds: z.number().min(0.05).max(50).default(10),
})

export type PostgresCdcOptions = z.output<typeof schema>

export const postgresCdcOptions = checkedOptions('postgres-cdc', schema)
