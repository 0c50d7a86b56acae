import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Command, Option } from 'commander'
import { project } from '#hub/config.ts'
import { HubError } from '#model/error.ts'
import { type Call, declare, type Program } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'

type Figure = {
  readonly name: string
  readonly figures: Readonly<Record<string, unknown>>
  readonly pass: boolean
}
type Options = { readonly size: 'ci' | 'full' }

export function benchCommand(parent: Command, program: Program): void {
  declare<Options>(parent, program, {
    use: 'bench [name]',
    summary: 'measure the promises of this hub, on data of its own',
    description:
      'Runs the scripts of figures/; without a name all of them. Each says what it measured and whether it reached its aim.',
    examples: [
      ['bench', 'all, short runs'],
      ['bench bench-ingest --size full', 'one, as long as its promise says'],
    ],
    options: [
      new Option('--size <size>', 'ci is short, full is what is promised')
        .choices(['ci', 'full'])
        .default('ci'),
    ],
    run: bench,
  })
}

async function bench(call: Call, [name]: readonly string[], { size }: Options): Promise<ExitCode> {
  const home = join(project, 'figures')
  const all = existsSync(home)
    ? readdirSync(home)
        .filter((file) => file.endsWith('.ts'))
        .map((file) => basename(file, '.ts'))
        .toSorted()
    : []
  const wanted =
    name === undefined ? all : all.filter((one) => one === name || one === name.replace(':', '-'))
  if (wanted.length === 0)
    throw new HubError({
      code: 'NOT_FOUND',
      message: `There is no figure ${name ?? ''}.`,
      hint: `There are: ${all.join(', ')}.`,
    })
  const figures: Figure[] = []
  for (const one of wanted) {
    call.terminal.signal.throwIfAborted()
    call.log(`${one} (${size})`)
    const figure = await measure(call, join(home, `${one}.ts`), size)
    figures.push(figure ?? { name: one, figures: {}, pass: false })
    if (!call.json) tell(call, figures.at(-1)!)
  }
  if (call.json) call.terminal.out(JSON.stringify({ figures }))
  return figures.every(({ pass }) => pass) ? exitCodes.done : exitCodes.checkFailed
}

/** Its last line is the result; what it says before goes to stderr, as it comes. */
async function measure(
  { terminal }: Call,
  script: string,
  size: string,
): Promise<Figure | undefined> {
  const child = spawn(process.execPath, [script, '--size', size], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'inherit'],
    signal: terminal.signal,
  })
  let last = ''
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) last = line.trim() === '' ? last : line
  })
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => resolve())
  })
  try {
    const figure = JSON.parse(rest.trim() === '' ? last : rest) as Figure
    return child.exitCode === 0 ? figure : { ...figure, pass: false }
  } catch {
    return undefined
  }
}

function tell({ terminal: { out, paint } }: Call, { name, figures, pass }: Figure): void {
  out(`${pass ? paint('good', '✓') : paint('bad', '✗')} ${paint('strong', name)}`)
  for (const [key, value] of Object.entries(figures))
    out(`    ${key.padEnd(28)} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
}
