/** Debian's chromium for the page tests, installed when it is missing and we may. */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { run, say } from './stages.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome']
const attemptsMax = 3
const retryMs = 5_000

/** The absolute path of a browser for playwright-core; throws an Error that says what to do. */
export async function ensureChromium(): Promise<string> {
  const found = findChromium()
  if (found) return found
  if (process.getuid?.() !== 0 || !onPath('apt-get')) throw missing()
  const install = ['-qq', '-y', '-o', 'Dpkg::Use-Pty=0', 'install', '--no-install-recommends']
  const options = {
    stdio: ['ignore', 'ignore', 'inherit'] as ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    say(`installing chromium (attempt ${attempt} of ${attemptsMax}); this takes about a minute`)
    await run('apt-get', ['-qq', 'update'], options)
    await run('apt-get', [...install, 'chromium'], options)
    const installed = findChromium()
    if (installed) return installed
    await sleep(retryMs)
  }
  throw missing()
}

/** `ORDERHUB_CHROMIUM` names one explicitly. */
function findChromium(): string | undefined {
  return process.env['ORDERHUB_CHROMIUM'] ?? names.map(onPath).find((path) => path !== undefined)
}

function onPath(name: string): string | undefined {
  const candidates = (process.env['PATH'] ?? '').split(delimiter).map((dir) => join(dir, name))
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function missing(): Error {
  return new Error(
    'The page tests need chromium. Install it ("sudo apt-get install chromium"), ' +
      'or name one in ORDERHUB_CHROMIUM, then run "npm test" again.',
  )
}
