/** A company of the organisation, as `company.yaml` names it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { HubError } from '#model/error.ts'

export type NamedCompany = { readonly name: string; readonly region: string; readonly zone: string }

/** The one of this name, else the first. Throws `ARGUMENT_INVALID`, `COMPANY_MISSING`. */
export function companyOf(root: string, wanted: string | undefined): NamedCompany {
  const file = join(root, 'company.yaml')
  if (!existsSync(file))
    throw new HubError({
      code: 'COMPANY_MISSING',
      message: `There is no ${file}.`,
      hint: 'Name the directory of your company with the setting company.',
    })
  const { companies } = (parse(readFileSync(file, 'utf8')) ?? {}) as { companies?: unknown }
  const all = Object.entries((companies ?? {}) as Record<string, Partial<NamedCompany> | null>)
  const [name, found] = all.find(([one]) => wanted === undefined || one === wanted) ?? []
  if (name === undefined) {
    if (wanted !== undefined && all.length > 0)
      throw new HubError({
        code: 'ARGUMENT_INVALID',
        message: `There is no company ${wanted}.`,
        hint: `There are: ${all.map(([one]) => one).join(', ')}.`,
      })
    return { name: wanted ?? 'company', region: 'GLOBAL', zone: 'unknown' }
  }
  return { name, region: found?.region ?? 'GLOBAL', zone: found?.zone ?? 'unknown' }
}
