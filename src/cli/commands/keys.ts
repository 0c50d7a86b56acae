import { type Command, Option } from 'commander'
import { createKey, type KeyRow, listKeys, revokeKey, type ScopeName } from '#api/keys.ts'
import { type Permission, permissions } from '#api/principal.ts'
import { attachToRead, type Reader } from '#hub/attach.ts'
import { HubError } from '#model/error.ts'
import { type Call, declare, moment, type Program } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { printable, table } from '../terminal.ts'

type CreateOptions = {
  readonly allow?: Permission[]
  readonly scope?: string[]
  readonly expires?: Date
}

/** `keys create|list|revoke`. */
export function keysCommands(parent: Command, program: Program): void {
  const keys = parent
    .command('keys')
    .summary('make, list and revoke API keys')
    .description('API keys and what they allow.')
  declare<CreateOptions>(keys, program, {
    use: 'create <name>',
    summary: 'make a key; it is shown once',
    examples: [
      [
        'keys create sap-bridge --allow records:write --scope servers/EMEA',
        'may only send records, of one company',
      ],
      [
        'keys create dashboard --allow orders:read --expires 2027-12-31',
        'may only read, for a year',
      ],
    ],
    options: [
      new Option('--allow <permission...>', 'what it may do')
        .choices(permissions)
        .default(['orders:read']),
      new Option('--scope <company/region...>', 'which companies’ rows it sees; without it all'),
      new Option('--expires <time>', 'when it ends').argParser(moment),
    ],
    run: create,
  })
  declare(keys, program, {
    use: 'list',
    summary: 'all keys, newest first',
    examples: [['keys list', 'names, permissions, scopes']],
    run: list,
  })
  declare(keys, program, {
    use: 'revoke <id>',
    summary: 'end a key within seconds',
    examples: [['keys revoke 7fK2mQ9xTb', 'the id as "keys list" shows it']],
    run: revoke,
  })
}

async function create(
  call: Call,
  [name = '']: readonly string[],
  { allow = [], scope, expires }: CreateOptions,
): Promise<ExitCode> {
  await using reader = await open(call)
  const scopes = scope === undefined ? ('*' as const) : scope.map(scopeOf)
  const request = {
    name,
    permissions: allow,
    scopes,
    ...(expires !== undefined && { expiresAt: expires.getTime() }),
  }
  const { keyId, token } = await createKey(homeOf(reader), request, Date.now())
  const { out, paint } = call.terminal
  if (call.json) out(JSON.stringify({ id: keyId, key: token }))
  else {
    out(token)
    call.terminal.err(
      paint('dim', `Key ${keyId}, ${allow.join(', ')}. It is kept nowhere: copy it now.`),
    )
  }
  return exitCodes.done
}

async function list(call: Call): Promise<ExitCode> {
  await using reader = await open(call)
  const keys = await listKeys(homeOf(reader))
  const { out, paint } = call.terminal
  if (call.json) out(JSON.stringify({ keys }))
  else if (keys.length === 0) out('There are no keys.')
  else {
    const rows = keys.map((key) => [
      key.keyId,
      printable(key.name),
      key.permissions.join(' '),
      scopesText(reader, key),
      stateText(key),
    ])
    const lines = table([['id', 'name', 'may', 'scopes', 'state'], ...rows])
    lines.forEach((line, i) => out(i === 0 ? paint('dim', line) : line))
  }
  return exitCodes.done
}

async function revoke(call: Call, [id = '']: readonly string[]): Promise<ExitCode> {
  await using reader = await open(call)
  const revoked = await revokeKey(homeOf(reader), id, Date.now())
  if (!revoked)
    throw new HubError({
      code: 'NOT_FOUND',
      message: `There is no living key ${id}.`,
      hint: '"orderhub keys list" shows them.',
    })
  call.terminal.out(call.json ? JSON.stringify({ id, revoked }) : `Key ${id} is revoked.`)
  return exitCodes.done
}

function open({ config, log, terminal }: Call): Promise<Reader> {
  return attachToRead({ config: config(), log, signal: terminal.signal })
}

function homeOf({ pool, access, views }: Reader) {
  return { pool, access, scopes: views.scopes }
}

function scopeOf(text: string): ScopeName {
  const [company = '', region] = text.split('/')
  return region === undefined ? { company } : { company, region }
}

function scopesText({ views }: Reader, { scopeKeys }: KeyRow): string {
  if (scopeKeys === null) return 'all'
  return scopeKeys
    .map((key) => views.scopes.get(key))
    .map((scope) => (scope === undefined ? '?' : `${scope.company}/${scope.region}`))
    .join(' ')
}

function stateText({ revokedAt, expiresAt }: KeyRow): string {
  if (revokedAt !== null) return `revoked ${revokedAt.slice(0, 10)}`
  return expiresAt === null ? 'lives' : `until ${expiresAt.slice(0, 16).replace('T', ' ')}`
}
