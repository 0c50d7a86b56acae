/** A copy of the program with one bug in it, and a test run there. */
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testServerVariable } from '#store/test-database.ts'
import type { Bug, Edit } from './bugs.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const copied = ['src', 'company', 'test', 'package.json', 'tsconfig.json', 'tsconfig.base.json']
const checkMsMax = 60_000

/** `passed`: the check's verdict; `output`: the end of what it said. */
export type Verdict = { readonly passed: boolean; readonly output: string }

/** Runs a check in a copy of the program; with a bug in it, or as it is. Throws when an edit does not fit. */
export async function runCheck(check: string, bug: Bug | null, server: string): Promise<Verdict> {
  const dir = mkdtempSync(join(tmpdir(), 'orderhub-planted-'))
  try {
    for (const path of copied) cpSync(join(root, path), join(dir, path), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'))
    for (const edit of bug?.edits ?? []) apply(dir, edit)
    // A changed schema needs a server whose template has it.
    const ownServer = bug?.edits.some((edit) => edit.file.endsWith('.sql')) ?? false
    return await run(dir, check, ownServer ? undefined : server)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function apply(dir: string, { file, find, replace }: Edit): void {
  const path = join(dir, file)
  const parts = readFileSync(path, 'utf8').split(find)
  if (parts.length !== 2) throw new Error(`${file} holds ${parts.length - 1} times: ${find}`)
  writeFileSync(path, parts.join(replace))
}

function run(cwd: string, check: string, server: string | undefined): Promise<Verdict> {
  const env = { ...process.env }
  delete env[testServerVariable]
  delete env['NODE_TEST_CONTEXT']
  if (server !== undefined) env[testServerVariable] = server
  const args = ['--test', '--test-reporter=spec', '--test-timeout=25000', check]
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => (output = `${output}${bytes.toString()}`.slice(-20_000)))
  const late = setTimeout(() => child.kill('SIGTERM'), checkMsMax)
  return new Promise((resolve) => {
    child.once('close', (code) => {
      clearTimeout(late)
      resolve({ passed: code === 0, output })
    })
  })
}
