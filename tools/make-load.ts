/**
 * Writes load for measurements to a file: `node tools/make-load.ts <file> [--events 2000000] [--mix mixed|json] [--poison 0.1] [--seed 1]`.
 * Read it with `readLoad` of `tools/load-file.ts`.
 */
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { simulateLoad } from '#simulator/load/load.ts'
import { framed } from './load-file.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: 'string', default: '2000000' },
    mix: { type: 'string', default: 'mixed' },
    poison: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
  },
})

const [file] = positionals
if (file === undefined || (values.mix !== 'mixed' && values.mix !== 'json')) {
  console.error(
    'Usage: node tools/make-load.ts <file> [--events 2000000] [--mix mixed|json] [--poison 0.1] [--seed 1]',
  )
  process.exitCode = 1
} else {
  await write(file, values.mix)
}

async function write(path: string, mix: 'mixed' | 'json'): Promise<void> {
  const out = createWriteStream(path, { highWaterMark: 8 * 1024 * 1024 })
  const total = { receipts: 0, events: 0, records: 0, poison: 0, bytes: 0 }
  const load = {
    seed: Number(values.seed),
    events: Number(values.events),
    mix,
    poison: Number(values.poison),
  }
  for (const receipt of simulateLoad(load)) {
    for (const part of framed(receipt)) if (!out.write(part)) await once(out, 'drain')
    total.receipts++
    total.events += receipt.events
    total.records += receipt.records
    total.poison += receipt.poison
    total.bytes += receipt.bytes.length
  }
  out.end()
  await once(out, 'finish')
  console.log(JSON.stringify(total))
}
