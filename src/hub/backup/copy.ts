/** PostgreSQL's COPY as streams of bytes, over a connection of `pg`. */
import type { Client, Connection } from 'pg'

/** The parts of `pg` behind its types that COPY needs. */
type Wire = Connection & {
  sendCopyFromChunk: (chunk: Buffer) => void
  endCopyFrom: () => void
  sendCopyFail: (reason: string) => void
  query: (text: string) => void
}

const waitingBytesMax = 4 * 1024 * 1024
const sendingBytesMax = 1024 * 1024

/** Bytes of `copy ... to stdout`, in pieces; the server waits while nobody takes them. Rows come back when it ended. */
export async function* copyOut(
  client: Client,
  sql: string,
): AsyncGenerator<Buffer, number, undefined> {
  const waiting: Buffer[] = []
  let bytes = 0
  let ended = false
  let failure: Error | undefined
  let rows = 0
  let wake: () => void = () => undefined
  let wire: Wire | undefined
  submit(client, sql, {
    data(chunk, connection) {
      wire = connection
      waiting.push(chunk)
      bytes += chunk.length
      if (bytes > waitingBytesMax) connection.stream.pause()
      wake()
    },
    end(error, count) {
      failure = error
      rows = count
      ended = true
      wake()
    },
  })
  for (;;) {
    const chunk = waiting.shift()
    if (chunk !== undefined) {
      bytes -= chunk.length
      if (bytes <= waitingBytesMax / 2) wire?.stream.resume()
      yield chunk
    } else if (ended) break
    else await new Promise<void>((resolve) => (wake = resolve))
  }
  if (failure !== undefined) throw failure
  return rows
}

/** Feeds `copy ... from stdin`; returns the number of rows. When `chunks` throws, the copy is undone. */
export async function copyIn(
  client: Client,
  sql: string,
  chunks: AsyncIterable<Buffer>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    let broken: Error | undefined
    submit(client, sql, {
      ready(connection) {
        void send(connection, chunks).catch((error: Error) => {
          broken = error
          connection.sendCopyFail('the source of the rows failed')
        })
      },
      end(error, rows) {
        const failure = broken ?? error
        if (failure === undefined) resolve(rows)
        else reject(failure)
      },
    })
  })
}

async function send(connection: Wire, chunks: AsyncIterable<Buffer>): Promise<void> {
  const { stream } = connection
  for await (const chunk of chunks) {
    connection.sendCopyFromChunk(chunk)
    if (stream.writableLength < sendingBytesMax) continue
    await new Promise<void>((resolve, reject) => {
      const end = () => reject(new Error('the connection to the database ended'))
      stream.once('close', end)
      stream.once('drain', () => {
        stream.off('close', end)
        resolve()
      })
    })
  }
  connection.endCopyFrom()
}

type Handlers = {
  readonly ready?: (connection: Wire) => void
  readonly data?: (chunk: Buffer, connection: Wire) => void
  readonly end: (error: Error | undefined, rows: number) => void
}

/** What `pg` calls a query: it is given the connection's messages until the server is ready again. */
function submit(client: Client, sql: string, { ready, data, end }: Handlers): void {
  let failure: Error | undefined
  let rows = 0
  const nothing = () => undefined
  const query = {
    // What it returns would be taken for an error.
    submit: (connection: Wire) => {
      connection.query(sql)
    },
    handleRowDescription: nothing,
    handleDataRow: nothing,
    handlePortalSuspended: nothing,
    handleEmptyQuery: nothing,
    handleCopyInResponse: (connection: Wire) => ready?.(connection),
    handleCopyData: (message: { chunk: Buffer }, connection: Wire) =>
      data?.(Buffer.from(message.chunk), connection),
    handleCommandComplete: ({ text }: { text: string }) => {
      rows = Number(/\d+$/.exec(text)?.[0] ?? 0)
    },
    handleError: (error: Error) => {
      failure = error
      end(failure, 0)
    },
    handleReadyForQuery: () => {
      if (failure === undefined) end(undefined, rows)
    },
  }
  void client.query(query as unknown as Parameters<Client['query']>[0])
}
