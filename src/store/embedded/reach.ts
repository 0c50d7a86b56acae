/** Whether an account may walk down to a path: root can read everything, the account that runs PostgreSQL cannot. */
import { realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Account } from './account.ts'

/** True when every directory above `path` may be entered, and `path` itself read and executed. */
export function canReach(path: string, account: Account): boolean {
  if (!account.switchTo) return true
  const real = realpathSync(path)
  return allows(real, account, 0o5) && canEnterParents(real, account)
}

/** True when every directory above `path` may be entered; `path` itself need not exist. */
export function canEnterParents(path: string, account: Account): boolean {
  if (!account.switchTo) return true
  const parent = dirname(path)
  if (parent === path) return true
  return allows(parent, account, 0o1) && canEnterParents(parent, account)
}

function allows(path: string, { uid, gid }: Account, bits: number): boolean {
  const { mode, uid: ownerUid, gid: ownerGid } = statSync(path)
  const shift = ownerUid === uid ? 6 : ownerGid === gid ? 3 : 0
  return ((mode >> shift) & bits) === bits
}
