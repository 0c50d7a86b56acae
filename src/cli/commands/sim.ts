import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { simulate } from '#simulator/simulate.ts'
import { type Call, declare, moment, type Program, wholeNumber } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { megabytes } from '../progress.ts'
import { table } from '../terminal.ts'

type Options = {
  readonly seed: number
  readonly orders: number
  readonly days: number
  readonly from: Date
  readonly out?: string
}
type Sum = { messages: number; records: number; bytes: number; poison: number; duplicates: number }

const nameDigits = 6
const endings: Readonly<Record<string, string>> = {
  'servers-sap': 'xml',
  'storage-csv': 'csv',
  'networking-edi': 'edi',
  'carrier-freight-214': 'edi',
  tickets: 'json',
}

export function simCommand(parent: Command, program: Program): void {
  declare<Options>(parent, program, {
    use: 'sim',
    summary: 'a simulated world of orders, as its systems tell it',
    description:
      'The same seed gives the same bytes. Without --out only a summary; with it one file a message, in the order in which they arrive, and truth.ndjson with what really happened.',
    examples: [
      ['sim --seed 7', 'what a world of 300 orders consists of'],
      ['sim --seed 7 --orders 50 --out /tmp/world', 'its messages as files, by source'],
    ],
    options: [
      new Option('--seed <number>', 'which world')
        .argParser(wholeNumber(0, Number.MAX_SAFE_INTEGER))
        .makeOptionMandatory(),
      new Option('--orders <number>', 'golden orders in it')
        .argParser(wholeNumber(1, 1_000_000))
        .default(300),
      new Option('--days <number>', 'over how many days they are placed')
        .argParser(wholeNumber(1, 3650))
        .default(35),
      new Option('--from <time>', 'when it begins')
        .argParser(moment)
        .default(new Date('2026-10-01T00:00:00Z'), '2026-10-01'),
      new Option('--out <folder>', 'write the messages there'),
    ],
    run: sim,
  })
}

async function sim(
  { json, terminal }: Call,
  _args: readonly string[],
  { seed, orders, days, from, out }: Options,
): Promise<ExitCode> {
  const world = simulate({ seed, orders, days, from: from.getTime() })
  const sums = new Map<string, Sum>()
  const folder = out === undefined ? undefined : resolve(out)
  for (const message of world.messages()) {
    terminal.signal.throwIfAborted()
    const sum = sums.get(message.source) ?? {
      messages: 0,
      records: 0,
      bytes: 0,
      poison: 0,
      duplicates: 0,
    }
    sums.set(message.source, sum)
    sum.messages++
    sum.records += message.records
    sum.bytes += message.bytes.length
    sum.poison += message.poison
    if (message.duplicateOf !== undefined) sum.duplicates++
    if (folder === undefined) continue
    const home = join(folder, message.source)
    if (sum.messages === 1) await mkdir(home, { recursive: true })
    const name = `${String(message.seq).padStart(nameDigits, '0')}-${message.kind}.${endings[message.source] ?? 'ndjson'}`
    await writeFile(join(home, name), message.bytes)
  }
  const fates: Record<string, number> = {}
  const truths: string[] = []
  for (const truth of world.truths()) {
    fates[truth.status] = (fates[truth.status] ?? 0) + 1
    if (folder !== undefined) truths.push(JSON.stringify(truth))
  }
  if (folder !== undefined) await writeFile(join(folder, 'truth.ndjson'), `${truths.join('\n')}\n`)
  if (json)
    terminal.out(
      JSON.stringify({
        seed,
        orders,
        sources: Object.fromEntries(sums),
        fates,
        ...(folder && { folder }),
      }),
    )
  else {
    const rows = [...sums]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, sum]) => [
        name,
        ...[sum.messages, sum.records, sum.poison, sum.duplicates].map(String),
        megabytes(sum.bytes),
      ])
    const lines = table([
      ['source', 'messages', 'records', 'poison', 'duplicates', 'bytes'],
      ...rows,
    ])
    lines.forEach((line, i) => terminal.out(i === 0 ? terminal.paint('dim', line) : line))
    terminal.out(
      `${orders} orders: ${Object.entries(fates)
        .map(([status, count]) => `${count} ${status}`)
        .join(', ')}`,
    )
    if (folder !== undefined) terminal.out(`written to ${folder}`)
  }
  return exitCodes.done
}
