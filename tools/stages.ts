/** The parts of a test run; each returns how many of its things passed and failed. */
import { type SpawnOptions, spawn } from 'node:child_process'
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { tallyFileVariable } from './test-reporter.ts'

export type Tally = { readonly passed: number; readonly failed: number }

const tests = '{src,test,tools}/**/*'
const minuteMs = 60_000
const figureMsMax = 8 * minuteMs
/** As the hub itself is started, see `launch.mjs`. */
const youngObjects = '--max-semi-space-size=32'

/** Types, lint, format, dead code: each counts as one test. */
export async function check(): Promise<Tally> {
  const steps: [string, ...string[]][] = [['tsc', '-p', '.']]
  if (globSync('ui/**/*.{ts,tsx}').length > 0) steps.push(['tsc', '-p', 'ui'])
  steps.push(['oxlint'], ['oxfmt', '--check', '.'], ['knip', '--no-progress'])
  let passed = 0
  for (const [command, ...args] of steps) {
    const code = await run(join('node_modules', '.bin', command), args)
    if (code === 0) passed++
    else say(`✖ ${command} ${args.join(' ')}`)
  }
  return { passed, failed: steps.length - passed }
}

/** Pure tests, all in one process: isolation would cost more than the tests. */
export async function unit(): Promise<Tally> {
  const files = globSync(`${tests}.test.ts`).filter((file) => !/\.(int|page)\.test\.ts$/.test(file))
  return nodeTest(files, ['--test-isolation=none', `--test-timeout=${minuteMs}`])
}

/** Tests against the real database, two files at a time. */
export async function integration(env: NodeJS.ProcessEnv): Promise<Tally> {
  const files = globSync(`${tests}.int.test.ts`)
  return nodeTest(files, ['--test-concurrency=2', `--test-timeout=${3 * minuteMs}`], env)
}

/** Tests in a real browser. */
export async function pages(env: NodeJS.ProcessEnv): Promise<Tally> {
  const files = pageTests()
  return nodeTest(files, ['--test-concurrency=1', `--test-timeout=${3 * minuteMs}`], env)
}

export function pageTests(): string[] {
  return globSync(`{src,test,ui}/**/*.page.test.ts`)
}

/** Components, by Vitest. */
export async function components(): Promise<Tally> {
  if (globSync('ui/**/*.test.{ts,tsx}').length === 0) return { passed: 0, failed: 0 }
  const file = join(tmpdir(), `orderhub-vitest-${process.pid}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const code = await run('node_modules/.bin/vitest', ['run', '--root', 'ui', ...reporters])
  const result = readJson(file) as { numPassedTests?: number; numFailedTests?: number }
  rmSync(file, { force: true })
  return settle({ passed: result.numPassedTests ?? 0, failed: result.numFailedTests ?? 0 }, code)
}

/** The short form of every script in figures/; the last line of each is its result. */
export async function figures(
  env: NodeJS.ProcessEnv,
  only: readonly string[] = [],
): Promise<Tally> {
  const scripts = globSync('figures/*.ts').filter((file) => !file.endsWith('.test.ts'))
  const chosen = scripts.filter((file) => only.length === 0 || only.includes(basename(file, '.ts')))
  const results = []
  for (const script of chosen.toSorted()) results.push(await figure(script, env))
  for (const { line } of results) say(line)
  const passed = results.filter(({ pass }) => pass).length
  return { passed, failed: results.length - passed }
}

async function figure(script: string, env: NodeJS.ProcessEnv) {
  const started = performance.now()
  const child = spawn(process.execPath, [youngObjects, script, '--size', 'ci'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
    timeout: figureMsMax,
  })
  const code = new Promise<number | null>((resolve) => child.once('close', resolve))
  const output = (await text(child.stdout)).trim()
  const last = output.split('\n').at(-1) ?? ''
  const result = parseFigure(last)
  const pass = (await code) === 0 && result?.pass === true
  if (!pass) say(output)
  const seconds = Math.round((performance.now() - started) / 1000)
  const shown = result
    ? `${result.name} ${JSON.stringify(result.figures)}`
    : `${script}: no result line`
  return { pass, line: `${pass ? '✔' : '✖'} ${shown} (${seconds} s)` }
}

function parseFigure(line: string) {
  try {
    const value = JSON.parse(line) as { name: string; figures: object; pass: boolean }
    return typeof value.name === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

async function nodeTest(
  files: readonly string[],
  flags: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Tally> {
  if (files.length === 0) return { passed: 0, failed: 0 }
  const tallyFile = join(tmpdir(), `orderhub-tally-${process.pid}-${Date.now()}.json`)
  const args = ['--test', '--test-reporter=./tools/test-reporter.ts', ...flags, ...files]
  const code = await run(process.execPath, args, {
    env: { ...process.env, ...env, [tallyFileVariable]: tallyFile },
  })
  const { passed = 0, failed = 0 } = readJson(tallyFile) as Partial<Tally>
  rmSync(tallyFile, { force: true })
  return settle({ passed, failed }, code)
}

/** A program that failed without a failing test, or that ran none, is itself a failure. */
function settle(tally: Tally, code: number): Tally {
  const silent = tally.failed === 0 && (code !== 0 || tally.passed === 0)
  return silent ? { ...tally, failed: 1 } : tally
}

/** Resolves with the exit code; 1 when a signal ended it. */
export function run(command: string, args: readonly string[], options: SpawnOptions = {}) {
  return new Promise<number>((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options })
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function readJson(path: string): object {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as object) : {}
}
