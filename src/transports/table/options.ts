/** Options of `transport: { kind: table, ... }`: rows of a database that are new or changed, a JSON line each. */
import { z } from 'zod'
import { name, server, tableName } from '../database/options.ts'
import { checkedOptions } from '../options.ts'

const schema = z
  .strictObject({
    kind: z.literal('table').optional(),
    engine: z.enum(['postgres', 'mysql']),
    ...server,
    table: tableName.optional(),
    /** Instead of a table: one select, for joins. It is asked again with an order and a limit around it. */
    query: z
      .string()
      .max(20_000)
      .regex(/^\s*select\b[^;]*$/i, 'one select without a semicolon')
      .optional(),
    columns: z.array(name).min(1).max(500).optional(),
    /** Columns that say what is new: they only grow, are never null, and together name one row. */
    order: z.array(name).min(1).max(4),
    /** Rows whose first order column, a time, is younger than this by the database's clock wait: others may still commit. */
    settleSeconds: z.number().min(0).max(3600).default(5),
    /** The first order column, a number, is read again this far back: numbers are drawn before they are committed. */
    overlap: z.number().int().min(0).max(100_000).default(0),
    /** Where the first run begins: values of the order columns; without it at the beginning. */
    start: z.array(z.union([z.string(), z.number()])).optional(),
    rowsAtOnce: z.number().int().min(1).max(10_000).default(1000),
    everySeconds: z.number().min(0.05).max(86_400).default(30),
  })
  .refine(({ table, query }) => (table === undefined) !== (query === undefined), {
    error: 'either table or query',
  })
  .refine(({ query, columns }) => query === undefined || columns === undefined, {
    error: 'columns go with table; a query names its own',
  })
  .refine(({ start, order }) => start === undefined || start.length === order.length, {
    error: 'start gives one value for each column of order',
  })
  .refine(
    ({ overlap, rowsAtOnce, order }) =>
      overlap === 0 || (overlap < rowsAtOnce && order.length === 1),
    {
      error: 'an overlap is less than rowsAtOnce, and needs a single order column',
    },
  )
  .refine(
    ({ columns, order }) => columns === undefined || order.every((one) => columns.includes(one)),
    {
      error: 'columns must hold those of order',
    },
  )

export type TableOptions = z.output<typeof schema>

export const tableOptions = checkedOptions('table', schema)
