/** A folder on an FTP server, reached over TLS. */
import { posix } from 'node:path'
import { Client, FTPError } from 'basic-ftp'
import type { Host, RunningTransport } from '../port.ts'
import { followRemote, type RemoteFolder } from '../remote/follow.ts'
import { settingText } from '../secret.ts'
import { type FtpsOptions, ftpsOptions } from './options.ts'

const silentMsMax = 30_000

/** Starts following. Throws a sentence for options that are wrong. */
export function startFtps(host: Host, raw: unknown): RunningTransport {
  const options = ftpsOptions(raw)
  return followRemote(host, 'ftps', options, (signal) => connect(host, options, signal))
}

async function connect(
  host: Host,
  options: FtpsOptions,
  signal: AbortSignal,
): Promise<RemoteFolder> {
  const { secret } = host
  const { tls, ca, serverName, port } = options
  const server = await settingText(secret, options.host)
  const client = new Client(silentMsMax)
  const stop = () => client.close()
  signal.addEventListener('abort', stop, { once: true })
  try {
    await client.access({
      host: server,
      port: port ?? (tls === 'implicit' ? 990 : 21),
      user: await settingText(secret, options.user),
      password: await secret(options.password),
      secure: tls === 'implicit' ? 'implicit' : tls === 'explicit',
      secureOptions: {
        ...(ca && { ca: await secret(ca) }),
        ...(serverName === undefined ? {} : { servername: serverName }),
      },
    })
    await client.cd(options.folder)
  } catch (error) {
    client.close()
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
  return folderOf(client)
}

/** Paths stand below the folder the connection has changed into. */
function folderOf(client: Client): RemoteFolder {
  const names = async (shelf: string) => (await client.list(shelf)).map(({ name }) => name)
  return {
    async list() {
      const entries = await client.list()
      return entries
        .filter((entry) => entry.isFile)
        .map(({ name, size, modifiedAt, rawModifiedAt }) => ({
          name,
          size,
          changed: modifiedAt === undefined ? rawModifiedAt : String(modifiedAt.getTime()),
        }))
    },
    fetch: async (name, localPath) => void (await client.downloadTo(localPath, name)),
    exists: async (name) => (await names(posix.dirname(name))).includes(posix.basename(name)),
    async makeShelf(shelf) {
      if (!(await names('.')).includes(shelf)) await client.send(`MKD ${shelf}`).catch(unlessThere)
    },
    rename: async (from, to) => void (await client.rename(from, to)),
    remove: async (name) => void (await client.remove(name)),
    close: () => client.close(),
  }
}

/** 550 also says that a directory exists; whether it does is seen when something is moved there. */
function unlessThere(error: unknown): void {
  if (!(error instanceof FTPError && error.code === 550)) throw error
}
