/** What went wrong, in the words of the reader: a stable code, what happened, and what to do next. */
export type HubErrorParts = {
  /** Upper case, stable, e.g. `DATA_DIRECTORY_IN_USE`. */
  readonly code: string
  readonly message: string
  /** The next step, as an imperative sentence. */
  readonly hint?: string
  readonly cause?: unknown
}

/** Bugs and broken infrastructure are thrown as this; expected outcomes are values. */
export class HubError extends Error {
  override readonly name = 'HubError'
  readonly code: string
  readonly hint: string | undefined

  constructor({ code, message, hint, cause }: HubErrorParts) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.hint = hint
  }
}
