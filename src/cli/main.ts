/** The command line program: signals in, exit code out. */
import { haltNow } from './interrupt.ts'
import { runCommand } from './program.ts'
import { processTerminal } from './terminal.ts'

const stop = new AbortController()
let interrupts = 0
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    interrupts++
    if (interrupts === 1) stop.abort()
    else haltNow(name)
  })
}

process.exitCode = await runCommand(process.argv.slice(2), processTerminal(stop.signal))
