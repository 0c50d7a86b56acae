/** What every figure script does: take a size, tell progress, end with one line and an exit code. */
import { parseArgs } from 'node:util'

export type Size = 'ci' | 'full'

export type FigureOptions = {
  readonly size: Size
  readonly seed: number
  /** How many trials instead of the size's own. */
  readonly trials: number | undefined
}

/** `--size ci|full` (full where not given), `--seed`, `--trials`. */
export function figureOptions(): FigureOptions {
  const { values } = parseArgs({
    options: {
      size: { type: 'string', default: 'full' },
      seed: { type: 'string', default: '1' },
      trials: { type: 'string' },
    },
  })
  const { size, seed, trials } = values
  if (size !== 'ci' && size !== 'full') throw new Error('--size takes ci or full')
  return { size, seed: Number(seed), trials: trials === undefined ? undefined : Number(trials) }
}

const started = performance.now()

/** Progress goes to stderr: the last line of stdout is the result. */
export function progress(message: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6)
  process.stderr.write(`${seconds} s  ${message}\n`)
}

/** The result line; falls short with exit code 1. */
export function report(
  name: string,
  figures: Readonly<Record<string, unknown>>,
  pass: boolean,
): void {
  process.stdout.write(`${JSON.stringify({ name, figures, pass })}\n`)
  if (!pass) process.exitCode = 1
}

/** The value below which a share of the list lies; 0 for an empty list. */
export function percentile(list: readonly number[], share: number): number {
  const sorted = list.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0
}
