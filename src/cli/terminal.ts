/** Where a command writes: results to stdout, progress and complaints to stderr; colour only where it is seen. */
import { styleText } from 'node:util'

export type Paint = (style: Style, text: string) => string
export type Style =
  | 'strong'
  | 'dim'
  | 'good'
  | 'bad'
  | 'warn'
  | 'accent'
  | 'lane0'
  | 'lane1'
  | 'lane2'
  | 'lane3'
  | 'lane4'
  | 'lane5'

export type Terminal = {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly paint: Paint
  /** Columns of stdout; 160 where it is no terminal. */
  readonly width: number
  /** stderr is a terminal: progress may be drawn over. */
  readonly lively: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal
}

const widthUsual = 160

const styles = {
  strong: 'bold',
  dim: 'dim',
  good: 'green',
  bad: 'red',
  warn: 'yellow',
  accent: 'cyan',
  lane0: 'cyan',
  lane1: 'magenta',
  lane2: 'blue',
  lane3: 'yellow',
  lane4: 'green',
  lane5: 'redBright',
} as const satisfies Record<Style, Parameters<typeof styleText>[0]>

/** The terminal of this process. */
export function processTerminal(signal: AbortSignal): Terminal {
  const { stdout, stderr, env } = process
  const coloured = stdout.isTTY && stdout.hasColors(env)
  // A reader that has seen enough (`| head`) closes the pipe; that is no failure of ours.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  return {
    out: (text) => void stdout.write(`${text}\n`),
    err: (text) => void stderr.write(`${text}\n`),
    paint: coloured ? (style, text) => styleText(styles[style], text) : plain,
    width: stdout.isTTY ? stdout.columns : widthUsual,
    lively: stderr.isTTY,
    env,
    signal,
  }
}

export const plain: Paint = (_style, text) => text

/** Control characters of foreign text could move the cursor or hide what is written: they are shown as dots. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '·')
}

/** Columns as wide as their widest cell; the last is not padded. Widths are of the plain text, paint comes after. */
export function table(
  rows: readonly (readonly string[])[],
  paintCell?: (text: string, row: number, column: number) => string,
): string[] {
  const widths: number[] = []
  for (const row of rows)
    row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)))
  return rows.map((row, r) =>
    row
      .map((cell, c) => {
        const padded = c === row.length - 1 ? cell : cell.padEnd(widths[c] ?? 0)
        return paintCell === undefined ? padded : paintCell(padded, r, c)
      })
      .join('  ')
      .trimEnd(),
  )
}

/** At most `length` characters, the cut marked. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`
}
