/** The second Ctrl-C: what would outlive this process is ended at once, and then so is the process. */
let halts: (() => void)[] = []

/** Registers what must not outlive a process that ends without cleaning up, until disposed. */
export function onHalt(halt: () => void): Disposable {
  halts.push(halt)
  return {
    [Symbol.dispose]: () => {
      halts = halts.filter((other) => other !== halt)
    },
  }
}

/** Ends the process by the signal it was sent. Everything committed is safe: the next start recovers. */
export function haltNow(signal: 'SIGINT' | 'SIGTERM'): void {
  for (const halt of halts) halt()
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
}
