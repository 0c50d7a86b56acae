/** The configuration of one run: orderhub.yaml, then ORDERHUB_* variables, then flags; the last word wins. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import type { z } from 'zod'
import { HubError } from '#model/error.ts'
import {
  type Config,
  type ConfigKey,
  configKeys,
  configSchema,
  defaultOf,
  flagOf,
  variableOf,
} from './config-schema.ts'

/** The checkout: relative paths of the defaults begin here. */
export const project = dirname(dirname(import.meta.dirname))

export type ConfigInput = {
  /** Values of flags; undefined where a flag was not given. */
  readonly flags?: Partial<Config>
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Where orderhub.yaml is looked for when `file` is not given. */
  readonly folder?: string
  readonly file?: string
}

const fileName = 'orderhub.yaml'

/** Settings of a program that starts a hub itself: no file, no environment. Throws `CONFIG_INVALID`. */
export function completeConfig(settings: Partial<Config>): Config {
  return merge([defaults, { where: () => 'argument', values: settings, base: process.cwd() }])
}

/** Reads and checks all of it; paths come out absolute. Throws `CONFIG_INVALID` naming the key and where it was set. */
export function readConfig({
  flags = {},
  env = {},
  folder = project,
  file,
}: ConfigInput = {}): Config {
  const path = file ?? resolve(folder, fileName)
  const here = process.cwd()
  return merge([
    defaults,
    { where: () => path, values: readFile(path, file !== undefined), base: dirname(path) },
    { where: variableOf, values: readEnvironment(env), base: here },
    { where: flagOf, values: flags, base: here },
  ])
}

type Layer = {
  readonly where: (key: ConfigKey) => string
  readonly values: Readonly<Record<string, unknown>>
  /** Where relative paths of this layer begin. */
  readonly base: string
}

function merge(layers: readonly Layer[]): Config {
  const merged: Record<string, unknown> = {}
  const origin = new Map<string, string>()
  for (const { where, values, base } of layers) {
    for (const [key, value] of Object.entries(values)) {
      if (value === undefined) continue
      merged[key] = isPath(key) && typeof value === 'string' ? resolve(base, value) : value
      origin.set(key, where(key as ConfigKey))
    }
  }
  const parsed = configSchema.safeParse(merged)
  if (!parsed.success) throw invalid(parsed.error.issues, origin)
  return parsed.data
}

const paths: readonly string[] = ['data', 'company', 'drop'] satisfies ConfigKey[]
const defaults: Layer = {
  where: () => 'default',
  values: { data: defaultOf('data'), company: defaultOf('company') },
  base: project,
}

/** A path begins where it was written: beside the file, or where the person stands. */
function isPath(key: string): boolean {
  return paths.includes(key)
}

function readFile(path: string, required: boolean): Record<string, unknown> {
  if (!existsSync(path)) {
    if (!required) return {}
    throw new HubError({
      code: 'CONFIG_MISSING',
      message: `There is no file ${path}.`,
      hint: 'Check --config.',
    })
  }
  try {
    const value: unknown = parse(readFileSync(path, 'utf8'))
    if (value === null) return {}
    if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>
    throw new Error('expected names with values')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new HubError({
      code: 'CONFIG_INVALID',
      message: `${path} cannot be read: ${reason}`,
      cause,
    })
  }
}

/** Only variables named after a key count: others of the same prefix belong to tools. */
function readEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, unknown> {
  const given = configKeys.map((key) => [key, env[variableOf(key)]] as const)
  return Object.fromEntries(
    given.flatMap(([key, text]) => (text ? [[key, valueOf(key, text)]] : [])),
  )
}

/** A text of the environment or the command line as the kind of value its key takes. */
export function valueOf(key: ConfigKey, text: string): unknown {
  const usual = defaultOf(key)
  if (typeof usual === 'number') return text.trim() === '' ? text : Number(text)
  if (typeof usual === 'boolean')
    return { true: true, 1: true, false: false, 0: false }[text] ?? text
  return text
}

function invalid(
  issues: readonly z.core.$ZodIssue[],
  origin: ReadonlyMap<string, string>,
): HubError {
  const sentences = issues.map((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => `"${key}" (${origin.get(key)}) is no setting`).join('; ')
    const key = String(issue.path[0])
    return `${key} (${origin.get(key)}): ${issue.message}`
  })
  return new HubError({
    code: 'CONFIG_INVALID',
    message: `${sentences.join('; ')}.`,
    hint: `Settings are ${configKeys.join(', ')}; see docs/reference/configuration.md.`,
  })
}
