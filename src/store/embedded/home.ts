/** The places of one embedded server, and who may enter them. */
import { createHash } from 'node:crypto'
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HubError } from '#model/error.ts'
import { type Account, chooseAccount } from './account.ts'
import { type Engine, findEngine } from './engine.ts'
import { canEnterParents } from './reach.ts'

/** Absolute paths under the hub's data directory; `marker` is in the server's command line and names the directory. */
export type Home = {
  readonly dataDir: string
  readonly clusterDir: string
  readonly socketDir: string
  readonly logFile: string
  readonly marker: string
  readonly account: Account
  readonly engine: Engine
}

/** The name of the socket file holds it; there is no TCP port. */
export const socketPort = 5432
const socketPathBytesMax = 107

/** Works out the places for an existing data directory and creates the private socket directory. */
export function openHome(dataDir: string): Home {
  const dir = realpathSync(dataDir)
  const clusterDir = join(dir, 'postgres')
  const account = chooseAccount(clusterDir)
  const hash = createHash('sha256').update(dir).digest('hex').slice(0, 16)
  const socketDir = placeSocket(dir, hash, account)
  makePrivate(socketDir, account)
  return {
    dataDir: dir,
    clusterDir,
    socketDir,
    logFile: join(dir, 'postgres.log'),
    marker: `orderhub-${hash}`,
    account,
    engine: findEngine(account),
  }
}

/**
 * How the server is told its own directory. Its account may be unable to walk there from the root (a hub
 * run by root in a 0700 home), so it is started inside and told to stay where it is.
 */
export function clusterArgument(dir: string, account: Account): string {
  return canEnterParents(dir, account) ? dir : '/proc/self/cwd'
}

/** Beside the data when the path is short enough and open to the account, else in the temporary directory. */
function placeSocket(dir: string, hash: string, account: Account): string {
  const near = join(dir, 'socket')
  const fits = Buffer.byteLength(join(near, `.s.PGSQL.${socketPort}.lock`)) <= socketPathBytesMax
  return fits && canEnterParents(near, account) ? near : join(tmpdir(), `orderhub-${hash}`)
}

/** Creates `dir` for `account` alone; refuses one that somebody else prepared under the same name. */
export function makePrivate(dir: string, { uid, gid, switchTo }: Account): void {
  if (!existsSync(dir)) {
    mkdirSync(dir, { mode: 0o700 })
    if (switchTo) chownSync(dir, uid, gid)
  }
  const found = lstatSync(dir)
  if (!found.isDirectory() || found.uid !== uid) {
    throw new HubError({
      code: 'PRIVATE_DIRECTORY_FOREIGN',
      message: `${dir} is not a directory of the account that runs PostgreSQL (uid ${uid}).`,
      hint: 'Remove it, then start the hub again.',
    })
  }
  if ((found.mode & 0o777) !== 0o700) chmodSync(dir, 0o700)
}
