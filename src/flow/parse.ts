import { Worker } from 'node:worker_threads'
import type { Format, FormatOptions } from '#model/format.ts'
import { limits } from '#model/limits.ts'
import type { Fault, Found } from '#model/record.ts'
import type { ParseReply, ParseRequest } from './parse-worker.ts'

/** One worker, started when it is first needed, ended when a document overtaxes it, and asked one document at a time. */
let worker: Worker | null = null
let queue: Promise<unknown> = Promise.resolve()

/**
 * The records of `bytes`, whatever they are: never throws, and never takes longer than `limits.parseMsMax`. Small receipts
 * are read here; large ones in a worker with a heap of its own, which is ended when it takes too long or grows too large:
 * then the whole receipt is one fault, `too-slow` or `too-large`. The bytes are left as they are.
 */
export async function parseSafely(
  format: Format,
  options: FormatOptions,
  bytes: Buffer,
  context?: string,
): Promise<readonly Found[]> {
  if (bytes.length <= limits.inlineParseBytesMax) return inline(format, options, bytes, context)
  const request: ParseRequest = {
    format: format.name,
    options,
    bytes: new Uint8Array(bytes),
    context,
  }
  return parseInWorker(request)
}

/** How long the worker may take and how large its heap may grow (the latter from when it is started). */
export type Bounds = { readonly ms: number; readonly heapMb: number }

const usualBounds: Bounds = { ms: limits.parseMsMax, heapMb: limits.parseWorkerHeapMbMax }

/** Reads in the worker, after what was asked of it before. */
export function parseInWorker(
  request: ParseRequest,
  bounds: Bounds = usualBounds,
): Promise<readonly Found[]> {
  const answer = queue.then(() => ask(request, bounds))
  queue = answer
  return answer
}

/** Ends the worker; it is started again when it is needed. */
export async function stopParsing(): Promise<void> {
  await queue
  const running = worker
  worker = null
  await running?.terminate()
}

function inline(
  format: Format,
  options: FormatOptions,
  bytes: Buffer,
  context: string | undefined,
): readonly Found[] {
  try {
    return Array.from(format.read(bytes, options, context))
  } catch (error) {
    return [whole(bytes, failed(error))]
  }
}

function whole(bytes: Uint8Array, fault: Fault): Found {
  return { ok: false, from: 0, to: bytes.length, fault }
}

/** How the fault of a format that throws begins: a bug, never a property of the bytes alone. */
export const parserFailed = 'The parser failed, which is a bug of the hub:'

/** A format that throws has a bug; the receipt is kept and can be read again when it is repaired. */
function failed(error: unknown): Fault {
  return {
    code: 'unsupported',
    detail: `${parserFailed} ${error instanceof Error ? error.message : String(error)}`,
  }
}

function tooSlow({ ms }: Bounds): Fault {
  return { code: 'too-slow', detail: `Reading took longer than ${ms} ms and was ended.` }
}

function tooLarge({ heapMb }: Bounds): Fault {
  return {
    code: 'too-large',
    detail: `Reading needed more than ${heapMb} MB of memory and was ended.`,
  }
}

function start({ heapMb }: Bounds): Worker {
  const started = new Worker(new URL('parse-worker.ts', import.meta.url), {
    resourceLimits: {
      maxOldGenerationSizeMb: heapMb,
      maxYoungGenerationSizeMb: Math.min(32, heapMb),
    },
  })
  started.on('error', () => {
    if (worker === started) worker = null
  })
  return started
}

function ask(request: ParseRequest, bounds: Bounds): Promise<readonly Found[]> {
  const asked = (worker ??= start(bounds))
  const { bytes } = request
  asked.ref()
  return new Promise((resolve) => {
    const found: Found[] = []
    const finish = (result: readonly Found[], keep: boolean): void => {
      clearTimeout(timer)
      asked.off('message', onMessage).off('error', onError).off('exit', onExit)
      if (keep) asked.unref()
      else {
        if (worker === asked) worker = null
        void asked.terminate()
      }
      resolve(result)
    }
    const onMessage = (reply: ParseReply): void => {
      found.push(...reply.found)
      if (reply.done) finish(found, true)
      else asked.postMessage(null)
    }
    const onError = (error: NodeJS.ErrnoException): void => {
      finish(
        [
          whole(
            bytes,
            error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooLarge(bounds) : failed(error),
          ),
        ],
        false,
      )
    }
    const onExit = (): void => finish([whole(bytes, tooLarge(bounds))], false)
    const timer = setTimeout(() => finish([whole(bytes, tooSlow(bounds))], false), bounds.ms)
    asked.on('message', onMessage).on('error', onError).on('exit', onExit)
    asked.postMessage(request)
  })
}
