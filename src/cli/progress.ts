/** A bar that grows in place on a terminal, and is silent everywhere else. */
import { shorten, type Terminal } from './terminal.ts'

export type Progress = Disposable & { readonly add: (amount: number, note: string) => void }

const cells = 24
const redrawMsMin = 80

/** `total` in the unit of `add`; shown as bytes, or as `show` says. */
export function startProgress(
  { lively, paint, width }: Terminal,
  wanted: boolean,
  total: number,
  show: (amount: number) => string = megabytes,
): Progress {
  if (!lively || !wanted || total === 0)
    return { add: () => undefined, [Symbol.dispose]: () => undefined }
  const begun = performance.now()
  let done = 0
  let drawnAt = 0
  return {
    add(amount, note) {
      done += amount
      const now = performance.now()
      if (now - drawnAt < redrawMsMin && done < total) return
      drawnAt = now
      const seconds = Math.max(0.001, (now - begun) / 1000)
      const line = `${progressBar(done / total)} ${show(done)} of ${show(total)}, ${show(done / seconds)}/s, ${note}`
      process.stderr.write(`\r\u001b[K${paint('accent', shorten(line, width - 1))}`)
    },
    [Symbol.dispose]: () => void process.stderr.write('\r\u001b[K'),
  }
}

/** `share` from 0 to 1. */
export function progressBar(share: number): string {
  const full = Math.max(0, Math.min(cells, Math.round(share * cells)))
  return `${'█'.repeat(full)}${'░'.repeat(cells - full)} ${String(Math.floor(Math.min(1, share) * 100)).padStart(3)} %`
}

/** For things that are counted. */
export function counted(amount: number): string {
  return Math.round(amount).toLocaleString('en')
}

export function megabytes(bytes: number): string {
  return bytes < 1e6
    ? `${Math.round(bytes / 1e3)} kB`
    : bytes < 1e9
      ? `${(bytes / 1e6).toFixed(1)} MB`
      : `${(bytes / 1e9).toFixed(2)} GB`
}
