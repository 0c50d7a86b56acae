import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { formatNamed } from '#formats/registry.ts'
import { startFlow, type Flow } from '#flow/hub.ts'
import { loadSources } from '#flow/load-sources.ts'
import { stopParsing } from '#flow/parse.ts'
import { verifyHub } from '#flow/verify.ts'
import { HubError } from '#model/error.ts'
import { limits } from '#model/limits.ts'
import { random } from '#simulator/random.ts'
import { withAccess } from '#store/client.ts'
import { createTestDatabase } from '#store/test-database.ts'

/** Bad input through the whole hub: a coded answer in time, the good message beside it goes through, memory stays. */
const answerMsMax = 5_500
const goodMsMax = 3_000
const residentMbMax = 1_000
const megabyte = 1024 * 1024
const at = Date.UTC(2026, 9, 1)

after(stopParsing)

/** A scan of a carrier with one thing in it replaced. */
function scan(change: (record: Record<string, unknown>) => void): string {
  const record = {
    trackingNumberInfo: { trackingNumber: '794600000001' },
    scanEvents: [
      {
        date: '2026-09-30T10:00:00Z',
        eventType: 'DL',
        exceptionDescription: 'ok',
        scanLocation: { city: 'Memphis' },
      },
    ],
    deliveryDetails: { receivedByName: 'J. Doe' },
  }
  change(record)
  return `${JSON.stringify(record)}\n`
}

const good = Buffer.from(scan(() => undefined))
const isa =
  'ISA*00*          *00*          *ZZ*A              *ZZ*B              *260930*1430*U*00501*000000001*0*P*:~'
const columns = Array.from({ length: 1_000_000 }, (_, n) => `c${n}`).join(';')
const bomb = `<!DOCTYPE lolz [<!ENTITY a0 "lol">${Array.from({ length: 9 }, (_, n) => `<!ENTITY a${n + 1} "${`&a${n};`.repeat(10)}">`).join('')}]><ORDERS05>&a9;</ORDERS05>`

function dated(date: string): string {
  return scan((record) => ((record['scanEvents'] as { date: string }[])[0]!.date = date))
}

function named(number: unknown): string {
  return scan((record) => (record['trackingNumberInfo'] = { trackingNumber: number }))
}

function signed(name: string): string {
  return scan((record) => (record['deliveryDetails'] = { receivedByName: name }))
}

/** What comes in, where, and which codes say no to it; no codes where it may as well be understood. */
const inputs: readonly [
  about: string,
  source: string,
  bytes: Buffer | string,
  codes: readonly string[],
][] = [
  ['an entity bomb', 'servers-sap', bomb, ['hostile']],
  [
    'an external entity',
    'servers-sap',
    '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><ORDERS05>&x;</ORDERS05>',
    ['hostile'],
  ],
  [
    'a line of a gigabyte',
    'carrier-fedex',
    Buffer.allocUnsafe(1024 * megabyte),
    ['RECEIPT_TOO_LARGE'],
  ],
  [
    'a body over the limit',
    'tickets',
    Buffer.alloc(limits.receiptBytesMax + 1, ' '),
    ['RECEIPT_TOO_LARGE'],
  ],
  ['a line of 15 MB', 'carrier-fedex', `{"a":"${'x'.repeat(15 * megabyte)}"}\n`, ['too-large']],
  [
    'a quote that never closes',
    'storage-csv',
    `order;po\n"1;2\n${'3;4\n'.repeat(100_000)}`,
    [
      'truncated',
      'syntax',
      'too-many',
      'too-large',
      'bad-value',
      'envelope',
      'no-match',
      'bad-time',
    ],
  ],
  [
    'wrong segment counts',
    'networking-edi',
    `${isa}GS*PO*A*B*20260930*1430*1*X*005010~ST*850*0001~BEG*00*NE*1**20260930~SE*99*0001~GE*1*1~IEA*1*000000001~`,
    ['control-total'],
  ],
  ['a broken ISA', 'networking-edi', isa.slice(0, 60), ['truncated', 'envelope', 'syntax']],
  ['no ISA at all', 'networking-edi', 'GS*PO~ST*850*0001~SE*2*0001~', ['envelope', 'syntax']],
  ['UTF-16', 'tickets', Buffer.from('\ufeff{"ticket":{}}', 'utf16le'), []],
  ['Latin-1', 'carrier-fedex', Buffer.from(signed('J\u00f6rg'), 'latin1'), []],
  [
    'NUL bytes between',
    'carrier-fedex',
    Buffer.concat([Buffer.alloc(1_000), good]),
    ['syntax', 'encoding'],
  ],
  ['a NUL in a name', 'carrier-fedex', signed('J.\u0000Doe'), []],
  ['a NUL in an identifier', 'carrier-fedex', named('7946\u00000001'), []],
  ['half a character in a name', 'carrier-fedex', signed('\ud800'), []],
  ['half a character in an identifier', 'carrier-fedex', named('\udfff1'), []],
  [
    'a prototype in the JSON',
    'carrier-fedex',
    good
      .toString()
      .replace(
        '{"tracking',
        '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"tracking',
      ),
    [],
  ],
  ['a prototype as a column', 'storage-csv', '__proto__;constructor\n1;2\n', []],
  ['a date of 1970', 'carrier-fedex', dated('1970-01-01T00:00:00Z'), ['implausible-time']],
  ['a date of 2099', 'carrier-fedex', dated('2099-12-31T00:00:00Z'), ['implausible-time']],
  [
    'a date beyond the calendar',
    'carrier-fedex',
    dated('+275761-01-01T00:00:00Z'),
    ['bad-time', 'implausible-time'],
  ],
  ['a million columns', 'storage-csv', `${columns}\n${columns}\n`, ['too-many']],
  ['deep nesting', 'tickets', '['.repeat(100_000) + ']'.repeat(100_000), ['too-deep']],
  ['deep tags', 'servers-sap', '<a>'.repeat(100_000), ['too-deep', 'truncated']],
  ['an identifier of a megabyte', 'carrier-fedex', named('7'.repeat(megabyte)), ['bad-value']],
  [
    'an identifier that is a list of many',
    'carrier-fedex',
    named(Array.from({ length: 5_000 }, (_, n) => `${n}`)),
    ['bad-value', 'too-many'],
  ],
  [
    'a number beyond all numbers',
    'carrier-fedex',
    good.toString().replace('"794600000001"', '1e400'),
    [],
  ],
  ['nothing', 'tickets', '', ['empty']],
  ['blanks', 'carrier-fedex', ' \n \n', []],
]

/** Codes the hub gave: of the error it threw, or of the records in quarantine; with the number of all other records. */
async function answerOf(
  flow: Flow,
  source: string,
  bytes: Buffer,
): Promise<{ codes: string[]; taken: number }> {
  try {
    const before = await lastKey(flow)
    const totals = await flow.ingest(source, bytes, { receivedAt: at })
    const { rows } = await withAccess(flow.pool, flow.access, (client) =>
      client.query<{ code: string; detail: string }>(
        'select distinct code, detail from quarantine where quarantine_key > $1 and source = $2',
        [before, source],
      ),
    )
    for (const row of rows) assert.ok(row.detail.length > 5, row.code)
    assert.equal(
      totals.received,
      totals.accepted + totals.duplicate + totals.quarantined + totals.rejected,
    )
    return {
      codes: [...new Set(rows.map((row) => row.code))],
      taken: totals.accepted + totals.duplicate,
    }
  } catch (error) {
    if (!(error instanceof HubError)) throw error
    return { codes: [error.code], taken: 0 }
  }
}

async function lastKey(flow: Flow): Promise<number> {
  const { rows } = await withAccess(flow.pool, flow.access, (client) =>
    client.query<{ key: number }>('select coalesce(max(quarantine_key), 0) as key from quarantine'),
  )
  return rows[0]!.key
}

async function within<T>(msMax: number, about: string, work: Promise<T>): Promise<T> {
  const start = performance.now()
  const result = await work
  const ms = performance.now() - start
  assert.ok(ms < msMax, `${about} took ${Math.round(ms)} ms`)
  return result
}

test(
  'whatever comes in has its answer in time, and the hub goes on',
  { timeout: 120_000 },
  async (t) => {
    await using database = await createTestDatabase()
    const { sources } = await loadSources('company', formatNamed)
    const now = (): number => at
    await using flow = await startFlow({
      app: database.app,
      organisation: 'Nordwind Systems',
      sources,
      now,
      wait: (ms) => wait(ms),
    })
    await flow.ingest('carrier-fedex', good, { receivedAt: at })

    for (const [about, source, bytes, expected] of inputs) {
      await t.test(about, async () => {
        const bad = within(
          answerMsMax,
          about,
          answerOf(flow, source, typeof bytes === 'string' ? Buffer.from(bytes) : bytes),
        )
        const beside = within(
          goodMsMax,
          'the good message beside it',
          flow.ingest('carrier-fedex', good, { receivedAt: at }),
        )
        const { codes, taken } = await bad
        assert.equal((await beside).duplicate, 1)
        if (expected.length > 0) {
          assert.ok(codes.length > 0, `understood: ${taken} records`)
          assert.deepEqual(
            codes.filter((code) => !expected.includes(code)),
            [],
            codes.join(),
          )
        }
        assert.equal(({} as { polluted?: unknown }).polluted, undefined)
        const residentMb = process.memoryUsage().rss / megabyte
        assert.ok(residentMb < residentMbMax, `${Math.round(residentMb)} MB`)
      })
    }

    await t.test('noise for every source', async () => {
      const dice = random(7)
      for (const { name } of sources) {
        const noise = Buffer.from(Array.from({ length: 20_000 }, () => dice.int(0, 255)))
        for (const bytes of [
          noise,
          Buffer.alloc(1_000),
          Buffer.from('hello', 'utf16le'),
          Buffer.from('{"a":[{}]}\n<a/>;;;\n~*'),
        ]) {
          await within(answerMsMax, name, answerOf(flow, name, bytes))
        }
      }
    })

    await t.test('nothing of it is missing in the books', async () => {
      const { problems, difference } = await verifyHub(flow.pool, flow.access)
      assert.deepEqual(problems, [])
      assert.equal(difference, 0)
    })
  },
)
