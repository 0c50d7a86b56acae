/** The page docs/reference/configuration.md, made from the schema. */
import { z } from 'zod'
import {
  configKeys,
  configSchema,
  defaultOf,
  describe,
  flagOf,
  variableOf,
} from './config-schema.ts'

/** The whole page as Markdown. */
export function configReference(): string {
  const properties = z.toJSONSchema(configSchema, { io: 'input' }).properties ?? {}
  const rows = configKeys.map((key) => {
    const usual = defaultOf(key)
    const shown = usual === undefined ? '' : `\`${usual as string | number | boolean}\``
    const kind = kindOf(properties[key] as Property)
    return `| \`${key}\` | ${kind} | ${shown} | \`${variableOf(key)}\` | \`${flagOf(key)}\` | ${describe(key)} |`
  })
  return `${head}${rows.join('\n')}\n${tail}`
}

type Property = {
  readonly type?: string
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
}

function kindOf({ type, enum: words, minimum, maximum }: Property): string {
  if (words !== undefined) return words.map((word) => `\`${word}\``).join(' or ')
  if (type === 'integer')
    return `${minimum} to ${maximum === Number.MAX_SAFE_INTEGER ? '...' : maximum}`
  if (type === 'boolean') return '`true` or `false`'
  return 'text'
}

const head = `# Configuration

Made from \`src/hub/config-schema.ts\`; a test fails when this page is stale (\`UPDATE_REFERENCE=1 npm run test:unit\` writes it).

Settings stand in \`orderhub.yaml\` beside \`package.json\` (or the file that \`--config\` names), in the environment, and on
the command line of \`orderhub start\`. A variable beats the file, a flag beats the variable. Other commands take \`--data\`
and \`--config\` as well and read the rest from file and environment. An unknown name or a wrong value ends the start with
\`CONFIG_INVALID\`, which names it and where it was set.

| in \`orderhub.yaml\` | values | default | variable | flag | what it does |
|---|---|---|---|---|---|
`

const tail = `
Example:

\`\`\`yaml
data: /var/lib/orderhub/data
host: 0.0.0.0
port: 8080
demo: false
dropAfterwards: leave
\`\`\`
`
