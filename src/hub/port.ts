import { createServer } from 'node:net'
import { HubError } from '#model/error.ts'

const attemptsMax = 50

/** `wanted`, or the next port that nobody listens on; 0 stays 0. Throws `PORT_UNAVAILABLE` for every other refusal. */
export async function freePort(host: string, wanted: number): Promise<number> {
  if (wanted === 0) return 0
  for (let port = wanted; port < Math.min(65_536, wanted + attemptsMax); port++) {
    const problem = await tryPort(host, port)
    if (problem === undefined) return port
    if (problem.code !== 'EADDRINUSE') throw unavailable(host, port, problem)
  }
  throw unavailable(host, wanted, new Error(`the ${attemptsMax} ports from there on are all taken`))
}

function tryPort(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}

function unavailable(host: string, port: number, cause: Error): HubError {
  return new HubError({
    code: 'PORT_UNAVAILABLE',
    message: `The hub cannot listen on ${host}, port ${port}: ${cause.message}.`,
    hint: 'Choose others with --host and --port.',
    cause,
  })
}
