/** Keeps bodies that are still being received, together with what waits for a batch, below the queue's limit. */
import type { FastifyRequest } from 'fastify'
import { limits } from '#model/limits.ts'
import type { Pipeline } from '#flow/pipeline.ts'
import { Problem } from './problem.ts'

export type Intake = {
  /** Before a body is read: throws `queue-full` (429) where it has no room. */
  readonly enter: (request: FastifyRequest) => void
  /** When the body has been handed on, or its connection broke. Idempotent. */
  readonly leave: (request: FastifyRequest) => void
  readonly receivingBytes: number
}

export function createIntake(pipeline: Pipeline): Intake {
  const receiving = new Map<FastifyRequest, number>()
  let receivingBytes = 0
  return {
    enter(request) {
      const announced = Number(request.headers['content-length'] ?? limits.receiptBytesMax)
      const bytes = Math.min(Number.isFinite(announced) ? announced : 0, limits.receiptBytesMax)
      if (pipeline.queuedBytes + receivingBytes + bytes > limits.queueBytesMax) {
        throw new Problem('queue-full', 'More is waiting than the hub takes at once.', {
          hint: 'Send it again in a second; nothing of it was kept.',
          headers: { 'retry-after': '1' },
        })
      }
      receiving.set(request, bytes)
      receivingBytes += bytes
    },
    leave(request) {
      receivingBytes -= receiving.get(request) ?? 0
      receiving.delete(request)
    },
    get receivingBytes() {
      return receivingBytes
    },
  }
}
