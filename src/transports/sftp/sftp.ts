/** A folder on an SSH server. */
import { createHash } from 'node:crypto'
import { connect as connectTo } from 'node:net'
import { posix } from 'node:path'
import SftpClient from 'ssh2-sftp-client'
import type { Host, RunningTransport } from '../port.ts'
import { followRemote, type RemoteFolder } from '../remote/follow.ts'
import { settingText } from '../secret.ts'
import { type SftpOptions, sftpOptions } from './options.ts'

const readyMsMax = 20_000
const aliveMs = 10_000

/** Starts following. Throws a sentence for options that are wrong. */
export function startSftp(host: Host, raw: unknown): RunningTransport {
  const options = sftpOptions(raw)
  return followRemote(host, 'sftp', options, (signal) => connect(host, options, signal))
}

async function connect(
  host: Host,
  options: SftpOptions,
  signal: AbortSignal,
): Promise<RemoteFolder> {
  const { secret } = host
  const client = new SftpClient('orderhub', {
    // Broken connections are told by what is under way; nobody else listens.
    error: () => undefined,
    end: () => undefined,
    close: () => undefined,
  })
  const stop = () => void client.end().catch(() => undefined)
  signal.addEventListener('abort', stop, { once: true })
  const { password, privateKey, passphrase, hostKeys, port } = options
  // Requests are small and answered singly: held back for company, each would wait 40 ms.
  const sock = connectTo({ host: await settingText(secret, options.host), port, noDelay: true })
  sock.on('error', () => undefined)
  const login = {
    sock,
    username: await settingText(secret, options.user),
    readyTimeout: readyMsMax,
    keepaliveInterval: aliveMs,
    hostVerifier: (key: Buffer) => hostKeys.includes(fingerprintOf(key)),
    ...(password && { password: await secret(password) }),
    ...(privateKey && { privateKey: await secret(privateKey) }),
    ...(passphrase && { passphrase: await secret(passphrase) }),
  }
  try {
    await client.connect(login)
  } catch (error) {
    await client.end().catch(() => undefined)
    sock.destroy()
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
  return folderOf(client, options.folder)
}

function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

function folderOf(client: SftpClient, folder: string): RemoteFolder {
  const at = (name: string) => posix.join(folder, name)
  return {
    async list() {
      const entries = await client.list(folder)
      return entries
        .filter(({ type }) => type === '-')
        .map(({ name, size, modifyTime }) => ({ name, size, changed: String(modifyTime) }))
    },
    fetch: async (name, localPath) => void (await client.get(at(name), localPath)),
    exists: async (name) => (await client.exists(at(name))) !== false,
    async makeShelf(shelf) {
      if ((await client.exists(at(shelf))) === false) await client.mkdir(at(shelf))
    },
    rename: async (from, to) => void (await client.rename(at(from), at(to))),
    remove: async (name) => void (await client.delete(at(name))),
    close: () => void client.end().catch(() => undefined),
  }
}
