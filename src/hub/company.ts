/** The company a hub works for: its name, and its sources compiled. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { formatNamed } from '#formats/registry.ts'
import { loadSources } from '#flow/load-sources.ts'
import { describeError } from '#mapping/errors.ts'
import { HubError } from '#model/error.ts'
import type { Source } from '#model/source.ts'

export type Company = { readonly organisation: string; readonly sources: readonly Source[] }

const errorsShown = 5

/** Reads `company.yaml` and every source below `folder`. Throws `COMPANY_MISSING`, `COMPANY_INVALID`, `SOURCES_INVALID`. */
export async function readCompany(folder: string): Promise<Company> {
  const organisation = readOrganisation(folder)
  const { sources, errors } = await loadSources(folder, formatNamed)
  if (errors.length === 0) return { organisation, sources }
  const shown = errors.slice(0, errorsShown).map(describeError)
  const more = errors.length > errorsShown ? `\n... and ${errors.length - errorsShown} more` : ''
  throw new HubError({
    code: 'SOURCES_INVALID',
    message: `${errors.length} errors in the sources of ${folder}:\n${shown.join('\n')}${more}`,
    hint: 'Repair them; "orderhub config check" shows all of it and runs the samples.',
  })
}

function readOrganisation(folder: string): string {
  const file = join(folder, 'company.yaml')
  if (!existsSync(file)) {
    throw new HubError({
      code: 'COMPANY_MISSING',
      message: `There is no ${file}.`,
      hint: 'Name the directory of your company with --company, or create the file with "organisation: <name>".',
    })
  }
  const { organisation } = (parse(readFileSync(file, 'utf8')) ?? {}) as { organisation?: unknown }
  if (typeof organisation === 'string' && organisation.trim() !== '') return organisation.trim()
  throw new HubError({
    code: 'COMPANY_INVALID',
    message: `${file} names no organisation.`,
    hint: 'Write "organisation: <name>" as its first line.',
  })
}
