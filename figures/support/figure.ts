import { parseArgs } from 'node:util'

export type Size = 'ci' | 'full'

/** The size asked for on the command line: `--size ci` (short) or `full`, which is what counts. */
export function sizeAsked(): Size {
  const { values } = parseArgs({
    options: { size: { type: 'string', default: 'full' } },
    strict: false,
  })
  return values.size === 'ci' ? 'ci' : 'full'
}

/** Prints the figure's last line, and fails the process when it falls short. */
export function report(
  name: string,
  figures: Readonly<Record<string, unknown>>,
  pass: boolean,
): void {
  console.log(JSON.stringify({ name, figures, pass }))
  if (!pass) process.exitCode = 1
}

export function progress(message: string): void {
  console.error(message)
}

/** The value below which a share `p` (0 to 1) of the samples lies. */
export function percentile(samples: readonly number[], p: number): number {
  const sorted = [...samples].toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN
}

export function rounded(value: number, digits = 2): number {
  return Number(value.toFixed(digits))
}
