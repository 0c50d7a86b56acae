/** Runs the command line program under the pinned Node. Plain JavaScript: this part may run under Node 20. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureInstalled, root } from './install.mjs'

const parentPollMs = 1000
/** A batch's objects die before they are copied twice: a tenth less work for the collector. */
const youngObjects = '--max-semi-space-size=32'

/**
 * Installs what is missing, runs `orderhub <args>` and ends with its exit code.
 * Progress goes to stderr, so that `--json` on stdout stays readable for programs.
 * `stopWithParent`: also stop when the process that started us (npm) is gone.
 */
export function launch(args, { stopWithParent = false } = {}) {
  let node
  try {
    node = ensureInstalled((line) => process.stderr.write(`${line}\n`))
  } catch (error) {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
    return
  }
  const preload = pathToFileURL(join(root, 'tools', 'stop-with-launcher.mjs')).href
  const main = join(root, 'src', 'cli', 'main.ts')
  const hub = spawn(node, [youngObjects, '--import', preload, main, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  passSignalsTo(hub)
  if (stopWithParent) watchParent(hub)
  hub.once('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143)
    process.disconnect?.()
  })
}

/** A terminal sends Ctrl-C to the hub as well as to us; a `kill` reaches only us. */
function passSignalsTo(hub) {
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) hub.kill('SIGINT')
  })
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => hub.kill('SIGTERM'))
}

function watchParent(hub) {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    hub.kill('SIGTERM')
  }, parentPollMs)
  timer.unref()
}
