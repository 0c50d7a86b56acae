/** Words this house does not use, and what it says instead; also paths and hosts that belong to one machine. */
import { homedir } from 'node:os'

export type WordRule = {
  readonly pattern: RegExp
  readonly instead: string
  /** Only in files whose path matches; everywhere when absent. */
  readonly where?: RegExp
}

const code = /\.(?:ts|tsx|mjs)$/

export const wordRules: readonly WordRule[] = [
  { pattern: /\b(?:FIXME|XXX|HACK)\b/, instead: '@TODO(#issue)' },
  { pattern: /(?<!@)\bTODO\b|@TODO(?!\(#\d+\))/, instead: '@TODO(#issue)' },
  { pattern: /\bwhite-?list/i, instead: 'allow list' },
  { pattern: /\bblack-?list/i, instead: 'deny list' },
  { pattern: /\bsanity check/i, instead: 'check' },
  {
    pattern: /\bexactly[- ]once delivery/i,
    instead: 'at-least-once delivery, exactly-once effect',
  },
  {
    pattern: /\b(?:previously|formerly|no longer needed)\b/i,
    instead: 'what holds now',
    where: code,
  },
  { pattern: /\b(?:obviously|of course)\b/i, instead: 'nothing: leave it out', where: code },
  { pattern: /^\s*(?:export )?(?:const )?enum\s/m, instead: 'a union of literals', where: code },
  { pattern: /\bprocess\.exit\(/, instead: 'process.exitCode and a clean end', where: code },
]

/** Files named after what they are not about. */
export const vagueFileName = /(?:^|\/)(?:utils?|helpers?|misc|common|stuff)(?:\.|\/)/

/** Every fault of one file's text. `machine` holds texts that belong to this machine alone. */
export function wordFaults(file: string, text: string, machine: readonly string[]): string[] {
  const words = wordRules
    .filter(({ where, pattern }) => (where?.test(file) ?? true) && pattern.test(text))
    .map(({ pattern, instead }) => {
      const found = pattern.exec(text)?.[0].trim()
      return `${file}: "${found}" is not our word; say ${instead}.`
    })
  const places = machine
    .filter((place) => text.includes(place))
    .map((place) => `${file}: "${place}" exists on one machine only; leave it out.`)
  const vague = vagueFileName.test(file) ? [`${file}: name the file after the thing in it.`] : []
  return [...words, ...places, ...vague]
}

/** The checkout's own path, a private home, and a registry that is not the public one. */
export function textsOfThisMachine(checkout: string): string[] {
  const registry = process.env['npm_config_registry']
  const host = registry === undefined ? undefined : new URL(registry).host
  const workshop = ['/work', 'main'].join('/')
  const shared = ['/work', 'shared'].join('/')
  const homes = homedir().startsWith('/home/') ? [`${homedir()}/`] : []
  const hosts = host === undefined || host === 'registry.npmjs.org' ? [] : [host]
  return [...new Set([checkout, workshop, shared, ...homes, ...hosts])]
}
