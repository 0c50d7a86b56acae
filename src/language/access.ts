/** A step of a path: a field's name or a list index. */
export type Step = string | number

export type Run = (frame: object) => unknown

/** Names that plain objects and lists inherit: they are read as own fields only, so that `rec.constructor` is data or null. */
const inherited = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  ...Object.getOwnPropertyNames(Array.prototype),
])

function plainField(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return null
  const found = (value as Record<string, unknown>)[name]
  return found === undefined ? null : found
}

/** A field of a map by any name; null when there is none or the value is no map. */
export function ownField(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  if (!Object.hasOwn(value, name)) return null
  const found = (value as Record<string, unknown>)[name]
  return found === undefined ? null : found
}

function element(value: unknown, index: number): unknown {
  if (!Array.isArray(value)) return null
  const found: unknown = value[index]
  return found === undefined ? null : found
}

/** `value[key]` with a key known only at run time; null when there is nothing. */
export function at(value: unknown, key: unknown): unknown {
  if (typeof key === 'string') return ownField(value, key)
  return typeof key === 'number' ? element(value, key) : null
}

function take(value: unknown, step: Step): unknown {
  if (typeof step === 'number') return element(value, step)
  return inherited.has(step) ? ownField(value, step) : plainField(value, step)
}

/**
 * A reader of a fixed path behind another reader; null when anything on the way is absent. The frequent shapes have
 * closures of their own because this is where mappings spend their time.
 */
export function path(base: Run, steps: readonly Step[]): Run {
  if (steps.some((step) => typeof step === 'string' && inherited.has(step)))
    return walked(base, steps)
  const [a, b, c] = steps
  if (steps.length === 1 && typeof a === 'string') return (frame) => plainField(base(frame), a)
  if (steps.length === 2 && typeof a === 'string' && typeof b === 'string') {
    return (frame) => plainField(plainField(base(frame), a), b)
  }
  if (steps.length === 2 && typeof a === 'string' && typeof b === 'number') {
    return (frame) => element(plainField(base(frame), a), b)
  }
  if (
    steps.length === 3 &&
    typeof a === 'string' &&
    typeof b === 'string' &&
    typeof c === 'string'
  ) {
    return (frame) => plainField(plainField(plainField(base(frame), a), b), c)
  }
  if (
    steps.length === 3 &&
    typeof a === 'string' &&
    typeof b === 'number' &&
    typeof c === 'string'
  ) {
    return (frame) => plainField(element(plainField(base(frame), a), b), c)
  }
  return walked(base, steps)
}

function walked(base: Run, steps: readonly Step[]): Run {
  return (frame) => {
    let value = base(frame)
    for (let i = 0; i < steps.length && value !== null; i += 1) value = take(value, steps[i]!)
    return value
  }
}
