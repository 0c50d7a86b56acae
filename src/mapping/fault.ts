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
  throw new MappingFault(code, what, message)
}
