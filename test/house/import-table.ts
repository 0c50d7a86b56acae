/** The walls of the house: which room may import which. A room that is missing here may not exist. */
export const importTable: Readonly<Record<string, readonly string[] | 'everything'>> = {
  model: [],
  language: ['model'],
  formats: ['model'],
  acknowledge: ['model', 'formats'],
  schemas: ['model', 'formats'],
  transports: ['model', 'language', 'log', 'schemas'],
  mapping: ['model', 'language'],
  contracts: ['model'],
  identity: ['model'],
  collation: ['model'],
  store: ['model'],
  log: ['model'],
  feeds: ['model', 'store'],
  views: ['model', 'store', 'identity', 'collation'],
  flow: [
    'model',
    'language',
    'formats',
    'acknowledge',
    'transports',
    'mapping',
    'contracts',
    'identity',
    'collation',
    'store',
    'views',
    'log',
  ],
  lifecycle: [
    'model',
    'language',
    'formats',
    'mapping',
    'contracts',
    'identity',
    'collation',
    'store',
    'flow',
  ],
  onboarding: ['model', 'language', 'formats', 'mapping'],
  catalog: ['model', 'formats', 'mapping', 'flow', 'transports', 'onboarding'],
  simulator: ['model'],
  api: ['model', 'feeds', 'contracts', 'views', 'flow', 'lifecycle', 'store', 'transports'],
  hub: 'everything',
  cli: 'everything',
}

/** Rooms that decide and never act: no I/O, no clock, no chance. What makes replay, what-if and simulation one code. */
export const pureRooms = [
  'model',
  'language',
  'formats',
  'acknowledge',
  'mapping',
  'contracts',
  'identity',
  'collation',
  'onboarding',
  'simulator',
] as const

/** Node modules a pure room may import all the same: same input, same output, nothing touched. */
export const pureNodeModules: Readonly<Record<string, string>> = {
  'node:buffer': 'bytes in, text out',
  'node:zlib': 'packed bytes in, plain bytes out, with a bound',
  'node:crypto': 'hashes name records, events and states; nothing random is taken from it',
}

/** What a pure room may not call, and where it gets the same from. */
export const ambient: readonly { readonly pattern: RegExp; readonly instead: string }[] = [
  { pattern: /\bDate\.now\b/, instead: 'an Instant argument' },
  { pattern: /\bnew Date\(\s*\)/, instead: 'an Instant argument' },
  { pattern: /\bperformance\.now\b/, instead: 'an Instant argument' },
  { pattern: /\bMath\.random\b/, instead: 'a seeded generator argument' },
  { pattern: /\brandom(?:UUID|Bytes|Int|FillSync)\b/, instead: 'a seeded generator argument' },
  { pattern: /\bgetRandomValues\b/, instead: 'a seeded generator argument' },
]
