/** One operation of the API as data: routing, validation, documentation and tests are made from it. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Permission, Principal } from './principal.ts'

export type Method = 'GET' | 'POST' | 'DELETE'

/** What a handler gets, already checked. `body` is a Buffer where the operation takes bytes. */
export type Call<Params = unknown, Query = unknown, Body = unknown> = {
  readonly principal: Principal
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** A JSON answer unless `type` says otherwise; then `body` is text. */
export type Answer = {
  readonly status?: number
  readonly body: unknown
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}

export type AnswerSpec = {
  readonly description: string
  readonly schema?: z.ZodType
  readonly type?: string
}

/** Which budget a request is taken from; `none` for probes that must always be answered. */
export type Rate = 'reads' | 'ingest' | 'none'

export type Operation = {
  readonly id: string
  readonly method: Method
  /** With `{name}` for parameters. */
  readonly path: string
  readonly tag: string
  readonly summary: string
  readonly description?: string
  /** Who may call it: everyone, whoever is signed in, or a holder of the permission. */
  readonly allow: 'everyone' | 'signed-in' | Permission
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType | 'bytes'
  /** Content types of a body of bytes, for the document; any is taken. */
  readonly bodyTypes?: readonly string[]
  readonly answers: Readonly<Record<number, AnswerSpec>>
  readonly rate?: Rate
  /** The largest body taken, where it is less than usual. */
  readonly bodyBytesMax?: number
  /** Has its own way of knowing repetitions: an Idempotency-Key means nothing. */
  readonly keyless?: boolean
  /** Runs before the body is read; throws a problem to refuse the request unread. */
  readonly before?: (request: FastifyRequest, reply: FastifyReply) => void
  /** Null when the handler has taken the connection over. */
  readonly handle: (call: Call) => Promise<Answer | null>
}

type Out<Schema, Otherwise> = Schema extends z.ZodType ? z.output<Schema> : Otherwise

/** Declares an operation; the handler sees the types its schemas give. */
export function operation<
  Params extends z.ZodObject | undefined = undefined,
  Query extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | 'bytes' | undefined = undefined,
>(
  spec: Omit<Operation, 'params' | 'query' | 'body' | 'handle'> & {
    readonly params?: Params
    readonly query?: Query
    readonly body?: Body
    readonly handle: (
      call: Call<
        Out<Params, unknown>,
        Out<Query, unknown>,
        Body extends 'bytes' ? Buffer : Out<Body, unknown>
      >,
    ) => Promise<Answer | null>
  },
): Operation {
  return spec as unknown as Operation
}
