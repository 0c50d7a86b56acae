/** Debian's servers for the tests of transports, installed when they are missing and we may; not started. */
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run, say } from './stages.ts'

/** A program of each package; where it is missing, tests that need it are skipped and say so. */
const packages = {
  sshd: 'openssh-server',
  vsftpd: 'vsftpd',
  mosquitto: 'mosquitto',
  dovecot: 'dovecot-imapd',
  mariadbd: 'mariadb-server-core',
  'mariadb-install-db': 'mariadb-server-core',
  'ssh-keygen': 'openssh-client',
  openssl: 'openssl',
} as const

const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin']
/** Asked by every package whether its service may be started: no. */
const policy = '/usr/sbin/policy-rc.d'
const attemptsMax = 2

/** Installs what is missing; without the right to, or when it fails, it says which tests will be skipped. */
export async function ensureServers(): Promise<void> {
  let missing = missingPackages()
  if (missing.length === 0) return
  if (process.getuid?.() !== 0 || !isThere('apt-get')) return tell(missing)
  const ours = !existsSync(policy)
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    for (let attempt = 1; attempt <= attemptsMax && missing.length > 0; attempt++) {
      say(`installing ${missing.join(', ')} for the tests of transports; this takes half a minute`)
      await aptGet('update')
      await aptGet('install', '--no-install-recommends', ...missing)
      missing = missingPackages()
    }
  } finally {
    if (ours) rmSync(policy, { force: true })
  }
  if (missing.length > 0) tell(missing)
}

function aptGet(...args: string[]): Promise<number> {
  const quiet = ['-qq', '-y', '-o', 'Dpkg::Use-Pty=0', '-o', 'DPkg::Lock::Timeout=120']
  return run('nice', ['-n', '19', 'apt-get', ...quiet, ...args], {
    stdio: 'ignore',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
}

function missingPackages(): string[] {
  const missing = Object.entries(packages).filter(([program]) => !isThere(program))
  return [...new Set(missing.map(([, name]) => name))]
}

function isThere(program: string): boolean {
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function tell(missing: readonly string[]): void {
  say(
    `skipped where they are needed: ${missing.join(', ')} (install them, or run as root on Debian)`,
  )
}
