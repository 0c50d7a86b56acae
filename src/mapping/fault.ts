import type { FaultCode } from '#model/record.ts'

/** Ends the mapping of a record; caught where the record began, never leaves the room. */
export class MappingFault extends Error {
  override readonly name = 'MappingFault'
  readonly code: FaultCode
  readonly what: string

  /** `what`: the key of the rule that could not be filled: `time.value`. */
  constructor(code: FaultCode, what: string, message: string) {
    super(message)
    this.code = code
    this.what = what
  }
}

export function refuseRecord(code: FaultCode, what: string, message: string): never {
  throw withoutStack(() => new MappingFault(code, what, message))
}

/** A fault is an outcome and not a bug: nobody reads its stack, and writing it costs more than mapping a record. */
function withoutStack<E extends Error>(make: () => E): E {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return make()
  } finally {
    Error.stackTraceLimit = limit
  }
}
