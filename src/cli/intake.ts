/** Takes bytes of a source: by the running hub's API, else into its database by a flow of this process. */
import { attach } from '#hub/attach.ts'
import type { Announcement } from '#hub/announcement.ts'
import { type Company, readCompany } from '#hub/company.ts'
import type { Totals } from '#model/record.ts'
import type { Source } from '#model/source.ts'
import { HubError } from '#model/error.ts'
import type { Call } from './command.ts'
import { askHub } from './hub-client.ts'
import { startOwnFlow } from './own-flow.ts'

export type Intake = AsyncDisposable & {
  readonly company: Company
  /** `context` is the head of the file that a later part needs. Resolves after COMMIT. */
  readonly take: (
    source: string,
    bytes: Buffer,
    about: { readonly name: string; readonly context?: string },
  ) => Promise<Totals>
  readonly through: 'running hub' | 'database'
}

export async function openIntake({ config: read, log, terminal }: Call): Promise<Intake> {
  const config = read()
  const company = await readCompany(config.company)
  await using stack = new AsyncDisposableStack()
  const attached = stack.use(await attach({ config, log, signal: terminal.signal }))
  const { hub } = attached
  if (hub !== undefined) {
    const all = stack.move()
    const take: Intake['take'] = (source, bytes, about) =>
      takeByHub(hub, source, bytes, about, terminal.signal)
    return {
      company,
      take,
      through: 'running hub',
      [Symbol.asyncDispose]: () => all.disposeAsync(),
    }
  }
  const flow = stack.use(await startOwnFlow(attached, company))
  const all = stack.move()
  return {
    company,
    take: flow.ingest,
    through: 'database',
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

type About = Parameters<Intake['take']>[2]

/** What is posted stands alone, so the head goes before it. */
function takeByHub(
  hub: Announcement,
  source: string,
  bytes: Buffer,
  { name, context }: About,
  signal: AbortSignal,
): Promise<Totals> {
  const body =
    context === undefined ? bytes : Buffer.concat([Buffer.from(context, 'latin1'), bytes])
  const path = `/v1/sources/${encodeURIComponent(source)}/records?name=${encodeURIComponent(name.slice(0, 255))}`
  return askHub<Totals>(hub, {
    method: 'POST',
    path,
    body,
    type: 'application/octet-stream',
    signal,
  })
}

/** Throws `UNKNOWN_SOURCE` with the names there are. */
export function sourceNamed({ sources }: Company, name: string): Source {
  const found = sources.find((source) => source.name === name)
  if (found !== undefined) return found
  throw new HubError({
    code: 'UNKNOWN_SOURCE',
    message: `There is no source "${name}".`,
    hint: `Sources are: ${sources.map((source) => source.name).join(', ')}.`,
  })
}
