/** What one look of the doctor found. */
export type Finding = {
  readonly name: string
  readonly state: 'ok' | 'warn' | 'fail'
  /** What is the case. */
  readonly text: string
  /** What to do, unless it is ok. */
  readonly todo?: string
}

export function ok(name: string, text: string): Finding {
  return { name, state: 'ok', text }
}

export function warn(name: string, text: string, todo: string): Finding {
  return { name, state: 'warn', text, todo }
}

export function fail(name: string, text: string, todo: string): Finding {
  return { name, state: 'fail', text, todo }
}

/** A look that throws is a finding too. */
export async function look(
  name: string,
  todo: string,
  work: () => Finding | Promise<Finding>,
): Promise<Finding> {
  try {
    return await work()
  } catch (error) {
    return fail(name, error instanceof Error ? error.message : String(error), todo)
  }
}
