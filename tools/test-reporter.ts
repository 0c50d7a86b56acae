/** Says nothing about tests that pass, everything about those that fail, and leaves the counts in a file. */
import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { TestEvent } from 'node:test/reporters'
import { inspect } from 'node:util'

/** Set by the runner: where the tally goes, as JSON `{"passed", "failed"}`. */
export const tallyFileVariable = 'ORDERHUB_TALLY_FILE'

export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let [passed, failed] = [0, 0]
  for await (const event of events) {
    if (event.type === 'test:pass' && isTest(event.data)) passed++
    if (event.type === 'test:fail' && isTest(event.data)) {
      failed++
      yield describe(event.data)
    }
    if (event.type === 'test:stderr' || event.type === 'test:stdout') yield event.data.message
  }
  const file = process.env[tallyFileVariable]
  if (file) writeFileSync(file, JSON.stringify({ passed, failed }))
}

/** Suites and files only hold tests; a file counts when it fails by itself. */
function isTest({ details }: { readonly details: object }): boolean {
  const type = 'type' in details ? details.type : undefined
  const error = 'error' in details ? (details.error as { failureType?: string }) : undefined
  return type !== 'suite' && error?.failureType !== 'subtestsFailed'
}

type Failure = Extract<TestEvent, { type: 'test:fail' }>['data']

function describe({ name, file, line, details }: Failure): string {
  const place = file === undefined ? '' : ` (${relative(process.cwd(), file)}:${line ?? 1})`
  const reason = inspect(details.error.cause ?? details.error)
  return `\n✖ ${name}${place}\n${reason.replaceAll(/^/gm, '  ')}\n`
}
