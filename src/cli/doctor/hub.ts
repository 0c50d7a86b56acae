/** How the hub on a data directory is, whether it runs or not. */
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runningHub } from '#hub/announcement.ts'
import type { Announcement } from '#hub/announcement.ts'
import { readCompany } from '#hub/company.ts'
import type { Config } from '#hub/config-schema.ts'
import { dropFolder } from '#hub/directories.ts'
import { freePort } from '#hub/port.ts'
import { fail, type Finding, look, ok, warn } from './finding.ts'

/** Data directory, hub, port, sources, page, dropped files, transports. */
export async function examineHub(config: Config): Promise<Finding[]> {
  const hub = await runningHub(config.data)
  return Promise.all([
    look('data', 'Choose another directory with --data.', () => data(config)),
    look('hub', 'Look at its last lines, or start it again.', () => state(config, hub)),
    look('port', 'Choose another with --port.', () => port(config, hub)),
    look('sources', 'Run "orderhub config check".', () => sources(config)),
    look('page', '', page),
    look('drop', '', () => drop(config)),
    look('feeds', 'Look at its last lines, or start it again.', () => feeds(hub)),
  ])
}

function data({ data: dir }: Config): Finding {
  if (!existsSync(dir)) {
    accessSync(nearest(dir), constants.W_OK)
    return ok('data', `${dir} will be created`)
  }
  accessSync(dir, constants.R_OK | constants.W_OK)
  const { uid } = statSync(dir)
  if (process.getuid !== undefined && uid !== process.getuid())
    return warn(
      'data',
      `${dir} belongs to another account (uid ${uid})`,
      'Start the hub as that account.',
    )
  return ok(
    'data',
    `${dir}, ${existsSync(join(dir, 'postgres')) ? 'with a database' : 'still empty'}`,
  )
}

function nearest(dir: string): string {
  return existsSync(dir) ? dir : nearest(dirname(dir))
}

async function state({ data: dir }: Config, hub: Announcement | undefined): Promise<Finding> {
  if (hub === undefined) {
    const left = existsSync(join(dir, 'hub.json'))
    return left
      ? warn(
          'hub',
          'it was killed, or does not answer',
          'Start it again: it adopts or clears what was left.',
        )
      : ok('hub', 'not running')
  }
  const answer = await fetch(new URL('/readyz', hub.url))
  const text = `${hub.url}, pid ${hub.pid}, since ${hub.startedAt}`
  return answer.ok
    ? ok('hub', text)
    : fail('hub', `${text}: not ready (${answer.status})`, await answer.text())
}

async function port(
  { host, port: wanted }: Config,
  hub: Announcement | undefined,
): Promise<Finding> {
  if (hub !== undefined) return ok('port', `${new URL(hub.url).port} is the hub's`)
  const free = await freePort(host, wanted)
  return free === wanted
    ? ok('port', `${wanted} on ${host} is free`)
    : warn('port', `${wanted} on ${host} is taken`, `The hub would take ${free}.`)
}

async function sources({ company }: Config): Promise<Finding> {
  const { organisation, sources: all } = await readCompany(company)
  return ok('sources', `${all.length} of ${organisation} in ${company}`)
}

function page(): Finding {
  const built = existsSync(join(import.meta.dirname, '..', '..', '..', 'dist', 'ui', 'index.html'))
  return built ? ok('page', 'built') : warn('page', 'not built yet', 'The next start builds it.')
}

function drop(config: Config): Finding {
  const home = dropFolder(config)
  const folders = existsSync(home)
    ? readdirSync(home, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    : []
  const broken = folders.flatMap(({ name }) => {
    const shelf = join(home, name, 'broken')
    return existsSync(shelf)
      ? readdirSync(shelf)
          .filter((file) => !file.endsWith('.reason.txt'))
          .map((file) => join(shelf, file))
      : []
  })
  if (broken.length === 0) return ok('drop', `${folders.length} folders below ${home}`)
  return warn(
    'drop',
    `${broken.length} files could not be read, e.g. ${broken[0]}`,
    'Read the .reason.txt beside each, repair it and move it one folder up.',
  )
}

type Fed = {
  name: string
  transport: string
  feed: { state: string; error: Told; alarm: Told } | null
}
type Told = { message: string; since: string } | null

/** What the running hub says of its transports. */
async function feeds(hub: Announcement | undefined): Promise<Finding> {
  if (hub === undefined) return ok('feeds', 'told by a running hub')
  const answer = await fetch(new URL('/v1/sources', hub.url), {
    headers: { authorization: `Bearer ${hub.key}` },
  })
  const { items } = (await answer.json()) as { items: Fed[] }
  const followed = items.filter(({ feed }) => feed !== null)
  const wrong = followed.flatMap(({ name, transport, feed }) => {
    const told = feed!.error ?? feed!.alarm
    return told === null ? [] : [`${name} (${transport}): ${told.message}, since ${told.since}`]
  })
  if (wrong.length === 0) return ok('feeds', `${followed.length} are followed, none fails`)
  const text = `${wrong.length} of ${followed.length} need a look: ${wrong.slice(0, 3).join('; ')}`
  return warn('feeds', text, 'GET /v1/sources tells all; repair the connection or the definition.')
}
