/** A flow of this process, for work that needs one while no hub runs. */
import { type Flow, startFlow } from '#flow/hub.ts'
import { stopParsing } from '#flow/parse.ts'
import type { Attached } from '#hub/attach.ts'
import type { Company } from '#hub/company.ts'

/** Disposing it commits what was taken. `attached` must be no running hub's: two writers would only hinder each other. */
export async function startOwnFlow({ app }: Attached, company: Company): Promise<Flow> {
  const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
  const flow = await startFlow({ app, ...company, now: Date.now, wait })
  const dispose = async () => {
    await flow[Symbol.asyncDispose]()
    await stopParsing()
  }
  return { ...flow, [Symbol.asyncDispose]: dispose }
}
