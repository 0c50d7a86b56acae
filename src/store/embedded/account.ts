/**
 * Which system account runs PostgreSQL. PostgreSQL refuses to run as root, so a hub started by root
 * hands the server to an account of its own; any other hub runs it as itself.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { HubError } from '#model/error.ts'

/** `switchTo` is set only when the hub is root: the ids to hand to `spawn` and `chown`. */
export type Account = {
  readonly uid: number
  readonly gid: number
  readonly switchTo: { readonly uid: number; readonly gid: number } | undefined
}

const accountName = 'orderhub-pg'

/** The account for a cluster directory; an existing cluster keeps its owner. Throws a coded error without one. */
export function chooseAccount(clusterDir: string): Account {
  const { uid, gid } = userInfo()
  const owner = existsSync(clusterDir) ? statSync(clusterDir) : undefined
  if (uid !== 0) {
    if (owner && owner.uid !== uid) throw foreignOwner(clusterDir, owner.uid)
    return { uid, gid, switchTo: undefined }
  }
  const ids = owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : unprivilegedIds()
  return { ...ids, switchTo: ids }
}

/** Own account first, so that nobody else's processes can reach the socket; shared ones only as the last resort. */
function unprivilegedIds(): { uid: number; gid: number } {
  const existing = lookUp(accountName)
  if (existing) return existing
  spawnSync('useradd', [
    '--system',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    accountName,
  ])
  const found = lookUp(accountName) ?? lookUp('postgres') ?? lookUp('nobody')
  if (found) return found
  throw new HubError({
    code: 'DATABASE_ACCOUNT_MISSING',
    message: 'PostgreSQL does not run as root, and this machine has no other account for it.',
    hint: `Create one with "useradd --system ${accountName}", or start the hub as an ordinary user.`,
  })
}

function lookUp(name: string): { uid: number; gid: number } | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined
}

function foreignOwner(clusterDir: string, uid: number): HubError {
  return new HubError({
    code: 'DATA_DIRECTORY_FOREIGN',
    message: `The database in ${clusterDir} belongs to another account (uid ${uid}).`,
    hint: 'Start the hub as the account that created it, or choose another directory with --data.',
  })
}
