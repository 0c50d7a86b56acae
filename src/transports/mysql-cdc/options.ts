/** Options of `transport: { kind: mysql-cdc, ... }`: changes of tables out of the binary log of MySQL or MariaDB. */
import { z } from 'zod'
import { name, server } from '../database/options.ts'
import { checkedOptions } from '../options.ts'

const schema = z.strictObject({
  kind: z.literal('mysql-cdc').optional(),
  ...server,
  /** Tables of the database. */
  tables: z.array(name).min(1).max(500),
  /** The number by which the server tells its replicas apart; made from the source's name. */
  serverId: z.number().int().min(1).max(4_294_967_295).optional(),
  /** Rows that stand there before the first change: read, or not. After the log was lost they are always read. */
  snapshot: z.enum(['initial', 'never']).default('initial'),
  /** How often the server is asked where its log stands. */
  watchSeconds: z.number().min(0.05).max(50).default(10),
})

export type MysqlCdcOptions = z.output<typeof schema>

export const mysqlCdcOptions = checkedOptions('mysql-cdc', schema)
