import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'

const root = dirname(import.meta.dirname)
const checkout = mkdtempSync(join(tmpdir(), 'orderhub-launch-'))
after(() => rmSync(checkout, { recursive: true, force: true }))
for (const part of ['orderhub', 'tools', 'package.json', 'package-lock.json']) {
  cpSync(join(root, part), join(checkout, part), { recursive: true })
}
symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'))
mkdirSync(join(checkout, 'src', 'cli'), { recursive: true })
const stopped = join(checkout, 'stopped')
// A hub that stops cleanly when asked, and leaves a file to show it.
writeFileSync(
  join(checkout, 'src', 'cli', 'main.ts'),
  `import { writeFileSync } from 'node:fs'
  const [command = ''] = process.argv.slice(2)
  if (command === 'fail') process.exitCode = 7
  else if (command === 'start') {
    const timer = setInterval(() => undefined, 1000)
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        writeFileSync(${JSON.stringify(stopped)}, signal)
        clearInterval(timer)
      })
    }
  }
  console.log('node ' + process.versions.node, process.pid, ...process.argv.slice(2))`,
)

async function started(...args: string[]): Promise<ChildProcess> {
  rmSync(stopped, { force: true })
  const launcher = spawn(join(checkout, 'orderhub'), args, { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(launcher.stdout, 'data')
  return launcher
}

async function stopsCleanly(): Promise<boolean> {
  for (let waited = 0; waited < 100 && !existsSync(stopped); waited++) await sleep(50)
  return existsSync(stopped)
}

test('the pinned Node runs the program, with its arguments and its exit code', async () => {
  const launcher = spawn(join(checkout, 'orderhub'), ['fail', '--json', 'a b'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said = text(launcher.stdout)
  const [code] = (await once(launcher, 'exit')) as [number]
  assert.equal(code, 7)
  assert.match(await said, /^node 2[4-9].* fail --json a b\n$/)
})

test('a signal to the launcher reaches the hub, and the launcher waits for its clean end', async () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const launcher = await started('start')
    launcher.kill(signal)
    assert.deepEqual(await once(launcher, 'exit'), [0, null])
    assert.ok(existsSync(stopped))
  }
})

test('a hub whose launcher was killed stops cleanly', async () => {
  const launcher = await started('start')
  launcher.kill('SIGKILL')
  assert.ok(await stopsCleanly())
})

test('a hub whose npm was killed stops cleanly', async () => {
  rmSync(stopped, { force: true })
  const npm = spawn(
    'sh',
    ['-c', `node ${JSON.stringify(join(checkout, 'tools', 'start.mjs'))}; true`],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  await once(npm.stdout, 'data')
  npm.kill('SIGKILL')
  assert.ok(await stopsCleanly())
})
