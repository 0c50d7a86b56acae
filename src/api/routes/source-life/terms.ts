/** The words of companies, and those nobody knows. */
import { z } from 'zod'
import { entriesFor, glossaryOf, listUnknownWords } from '#lifecycle/glossary.ts'
import type { GlossaryEntry, UnknownWord } from '#lifecycle/glossary.ts'
import type { ApiContext } from '#api/context.ts'
import { operation, type Operation } from '#api/operation.ts'
import { type Principal, seesScope } from '#api/principal.ts'
import { instant } from '#api/schemas/words.ts'

const meaning = z.object({
  milestone: z.string(),
  classifier: z.string().nullable(),
  substatus: z.string().nullable(),
  hold: z.string().nullable(),
  label: z.string().nullable(),
  language: z.string().nullable(),
  from: z.string().nullable(),
  until: z.string().nullable(),
  sources: z.array(z.string()),
  inherited: z.boolean(),
})
const entry = z
  .object({
    company: z.string(),
    word: z.string(),
    meanings: z.array(meaning),
    synonyms: z.array(z.string()),
    conflict: z.boolean(),
  })
  .meta({ id: 'GlossaryEntry' }) satisfies z.ZodType<GlossaryEntry>
const unknown = z
  .object({
    source: z.string(),
    word: z.string(),
    times: z.int(),
    firstAt: instant,
    lastAt: instant,
    known: z.boolean(),
    suggestions: z.array(z.object({ word: z.string(), milestone: z.string() })),
  })
  .meta({ id: 'UnknownWord' }) satisfies z.ZodType<UnknownWord>

const flag = z.enum(['true', 'false']).optional()
const reading = { method: 'GET', tag: 'Sources', allow: 'orders:read' } as const

export function termOperations({ flow }: ApiContext): Operation[] {
  const sourcesOf = (principal: Principal) =>
    [...flow.sources.values()]
      .filter(({ scopeKey }) => seesScope(principal, scopeKey))
      .map(({ source }) => source)
  return [
    operation({
      ...reading,
      id: 'listTerms',
      path: '/v1/terms',
      summary: 'The glossary: what each company means by its words',
      query: z.strictObject({
        company: z.string().min(1).max(100).optional(),
        word: z.string().min(1).max(200).optional(),
        conflicts: flag.meta({ description: 'Only words with more than one meaning.' }),
        catalog: flag.meta({ description: 'With what the catalog brings.' }),
      }),
      answers: {
        200: {
          description: 'By company and word.',
          schema: z.object({ items: z.array(entry), conflicts: z.int() }),
        },
      },
      handle: ({ query: { company, word, conflicts, catalog }, principal }) => {
        const whole = glossaryOf(sourcesOf(principal), catalog === 'true')
        const named = word === undefined ? whole : entriesFor(whole, word)
        const all = named.filter((one) => company === undefined || one.company === company)
        const contradicting = all.filter(({ conflict }) => conflict)
        const items = conflicts === 'true' ? contradicting : all
        return Promise.resolve({ body: { items, conflicts: contradicting.length } })
      },
    }),
    operation({
      ...reading,
      id: 'listUnknownWords',
      path: '/v1/unknown-words',
      summary: 'Words of statuses that no term knew, most frequent first',
      query: z.strictObject({}),
      answers: {
        200: {
          description: 'With the nearest words of the company’s glossary.',
          schema: z.object({ items: z.array(unknown) }),
        },
      },
      handle: async ({ principal }) => ({
        body: { items: await listUnknownWords(flow.pool, principal.access, sourcesOf(principal)) },
      }),
    }),
  ]
}
