import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { build } from 'vite'
import { startMock, type MockOptions } from '../../ui/mock/server.ts'

/** Debian's browser, or the one named by CHROMIUM. */
const executable = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

/** Why page tests cannot run here, or false. */
export const skip = existsSync(executable)
  ? false
  : 'no Chromium: apt-get install chromium, or set CHROMIUM'

/** The golden id of the mock's showpiece. */
export const hero = 'G-7K2M4Q9TX3RB'

/** Builds the pages into a directory of their own; the caller removes it. */
export async function buildPages(): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), 'orderhub-pages-'))
  await build({
    configFile: fileURLToPath(new URL('../../ui/vite.config.ts', import.meta.url)),
    logLevel: 'error',
    build: { outDir, emptyOutDir: true },
  })
  return outDir
}

/** A built page, a browser and mocks to open it on. Everything is closed by `close`. */
export async function startPages() {
  const page = await buildPages()
  const browser: Browser = await chromium.launch({ executablePath: executable, args: flags })
  const mocks: Awaited<ReturnType<typeof startMock>>[] = []
  /** A fresh mock and a fresh browser profile; `problems` collects errors of the page itself. */
  const open = async (
    path: string,
    options: MockOptions = {},
    context: BrowserContextOptions = {},
  ) => {
    const mock = await startMock({ orders: 400, liveMs: 0, page, ...options })
    mocks.push(mock)
    const tab: Page = await (
      await browser.newContext({ viewport: { width: 1440, height: 900 }, ...context })
    ).newPage()
    tab.setDefaultTimeout(15_000)
    const problems: string[] = []
    tab.on('pageerror', (error) => problems.push(String(error)))
    await tab.goto(mock.url + path)
    return { mock, tab, problems }
  }
  const close = async () => {
    await browser.close()
    await Promise.all(mocks.map((mock) => mock.stop()))
    await rm(page, { recursive: true, force: true })
  }
  return { open, close }
}

export type Pages = Awaited<ReturnType<typeof startPages>>
