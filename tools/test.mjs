/** `npm test` and its parts: installs what is missing, then hands over to the pinned Node. */
import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { ensureInstalled, root } from './install.mjs'

try {
  const node = ensureInstalled((line) => process.stdout.write(`${line}\n`))
  // Tools of node_modules that start with "#!/usr/bin/env node" must find the pinned one.
  const PATH = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter)
  const runner = spawn(node, [join(root, 'tools', 'run-tests.ts'), ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH },
  })
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => runner.kill('SIGTERM'))
  runner.once('exit', (code) => {
    process.exitCode = code ?? 1
  })
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
