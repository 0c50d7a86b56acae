import { HubError } from '#model/error.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'

/** An error as it is told: `code: sentence. hint`. */
export type Failure = {
  readonly code: string
  readonly message: string
  readonly hint?: string
  readonly exitCode: ExitCode
}

const wrongUse = new Set(['CONFIG_INVALID', 'CONFIG_MISSING', 'UNKNOWN_SOURCE', 'ARGUMENT_INVALID'])
const system: Readonly<Record<string, string>> = {
  ENOENT: 'Check the path.',
  EACCES: 'Check who may read or write it.',
  ENOSPC: 'Make room on the disk.',
  ECONNREFUSED: 'Check that the database or the hub runs and that its address is right.',
}

/** What any thrown thing means to a person. A stack is shown only for bugs, because only then it helps anybody. */
export function failureOf(error: unknown): Failure {
  if (error instanceof HubError) {
    const { code, message, hint } = error
    const exitCode = wrongUse.has(code)
      ? exitCodes.wrongUse
      : code === 'NOT_FOUND'
        ? exitCodes.notFound
        : exitCodes.failed
    return hint === undefined ? { code, message, exitCode } : { code, message, hint, exitCode }
  }
  if (isAbort(error))
    return { code: 'INTERRUPTED', message: 'Stopped as asked.', exitCode: exitCodes.interrupted }
  const { code, message, stack } = error as NodeJS.ErrnoException
  const hint = code === undefined ? undefined : system[code]
  if (code !== undefined && hint !== undefined)
    return { code, message, hint, exitCode: exitCodes.failed }
  const text =
    message === undefined ? String(error) : code === undefined ? (stack ?? message) : message
  return {
    code: code ?? 'INTERNAL',
    message: text,
    hint: 'Please report it with this text.',
    exitCode: exitCodes.failed,
  }
}

export function describeFailure({ code, message, hint }: Failure): string {
  const sentence = /[.!?:]$/.test(message) ? message : `${message}.`
  return hint === undefined ? `${code}: ${sentence}` : `${code}: ${sentence} ${hint}`
}

function isAbort(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === 'AbortError' ||
      (error.cause instanceof Error && error.cause.name === 'AbortError'))
  )
}
