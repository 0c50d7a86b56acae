import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { parseSafely, stopParsing } from '#flow/parse.ts'
import { formatNamed, formatNames } from '#formats/registry.ts'
import { limits } from '#model/limits.ts'
import type { Found } from '#model/record.ts'

/** Every bad input has its answer within this time, and costs the process no more memory than this, the input included. */
const answerMsMax = 5_500
const memoryMbMax = 400
const megabyte = 1024 * 1024

after(stopParsing)

async function codes(
  name: string,
  bytes: Buffer | string,
  options: unknown = {},
): Promise<string[]> {
  const format = formatNamed(name)!
  const start = performance.now()
  const before = process.memoryUsage.rss()
  const found: readonly Found[] = await parseSafely(
    format,
    format.options(options),
    Buffer.from(bytes as string),
  )
  const ms = performance.now() - start
  assert.ok(ms < answerMsMax, `${name} took ${ms} ms`)
  const grownMb = (process.memoryUsage.rss() - before) / megabyte
  assert.ok(grownMb < memoryMbMax, `${name} took ${grownMb} MB`)
  for (const one of found)
    if (!one.ok)
      assert.ok(one.fault.detail.length > 10 && one.fault.detail.length < 400, one.fault.detail)
  return [...new Set(found.map((one) => (one.ok ? 'ok' : one.fault.code)))]
}

const isa =
  'ISA*00*          *00*          *ZZ*A              *ZZ*B              *200301*1430*U*00401*000000001*0*P*:~GS*PO*A*B*20200301*1430*1*X*004010~'

test('entity bombs and external entities are refused unread', async () => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">${Array.from({ length: 9 }, (_, n) => `<!ENTITY a${n} "${'&a;'.repeat(10)}">`).join('')}]><lolz>&a8;</lolz>`
  assert.deepEqual(await codes('xml', bomb), ['hostile'])
  assert.deepEqual(await codes('idoc-xml', bomb), ['hostile'])
  assert.deepEqual(
    await codes('xml', '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'),
    ['hostile'],
  )
  assert.deepEqual(await codes('xml', `<a>${'&#65;'.repeat(megabyte)}</a>`), ['ok'])
})

test('deep nesting is refused, however deep', async () => {
  for (const depth of [limits.nestingDepthMax + 2, 100_000, 5_000_000]) {
    assert.deepEqual(await codes('json', '['.repeat(depth) + ']'.repeat(depth)), [
      depth > 4_000_000 ? 'too-large' : 'too-deep',
    ])
    assert.deepEqual(
      await codes('ndjson', '{"a":'.repeat(depth / 2) + '1' + '}'.repeat(depth / 2)),
      [depth < 200 ? 'ok' : depth > 2_000_000 ? 'too-large' : 'too-deep'],
    )
    assert.deepEqual(await codes('json', '['.repeat(depth)), ['truncated'])
    assert.deepEqual(await codes('xml', '<a>'.repeat(depth)), [
      depth < limits.nestingDepthMax ? 'truncated' : 'too-deep',
    ])
  }
})

test('a million columns, attributes or elements of a segment are refused', async () => {
  const many = Array.from({ length: 1_000_000 }, (_, n) => `c${n}`)
  assert.deepEqual(await codes('csv', `${many.join(',')}\n${many.join(',')}\n`), ['too-many'])
  assert.deepEqual(await codes('csv', `a,b\n${many.join(',')}\n1,2\n`), ['too-many', 'ok'])
  assert.deepEqual(await codes('xml', `<a ${many.map((name) => `${name}="1"`).join(' ')}/>`), [
    'too-many',
  ])
  assert.deepEqual(
    await codes('x12', `${isa}ST*850*0001~REF*${many.join('*')}~SE*3*0001~GE*1*1~IEA*1*000000001~`),
    ['too-many'],
  )
  assert.deepEqual(await codes('json', `{${many.map((name) => `"${name}":1`).join(',')}}`), [
    'too-large',
  ])
})

test('a record beyond its limit is refused, and the ones beside it are read', async () => {
  const long = 'x'.repeat(limits.recordBytesMax + 1)
  assert.deepEqual(await codes('ndjson', `{"a":1}\n{"a":"${long}"}\n{"a":2}\n`), [
    'ok',
    'too-large',
  ])
  assert.deepEqual(await codes('csv', `a,b\n1,2\n3,${long}\n5,6\n`), ['ok', 'too-large'])
  assert.deepEqual(await codes('csv', `a,b\n1,2\n3,"${long}"\n5,6\n`), ['ok', 'too-large'])
  assert.deepEqual(await codes('json', `[1,"${long}",2]`), ['ok', 'too-large'])
  assert.deepEqual(
    await codes('x12', `${isa}ST*850*0001~REF*${long}~SE*3*0001~GE*1*1~IEA*1*000000001~`),
    ['too-large'],
  )
  assert.deepEqual(
    await codes('idoc-xml', `<O><IDOC><EDI_DC40><A>${long}</A></EDI_DC40></IDOC></O>`),
    ['too-large'],
  )
})

test('a line without end is given up by the cut of a stream, not waited for', () => {
  const chunk = Buffer.alloc(limits.recordBytesMax + 1, 'x')
  for (const name of ['ndjson', 'csv', 'cloudevents', 'debezium']) {
    const format = formatNamed(name)!
    const start = performance.now()
    const length = format.cut!(
      name === 'csv' ? Buffer.concat([Buffer.from('"'), chunk]) : chunk,
      format.options({}),
    )
    if (name === 'ndjson' || name === 'csv') assert.ok(length >= chunk.length)
    assert.ok(performance.now() - start < 1_000)
  }
})

test('more records than a receipt may have are refused from there on', async () => {
  const rows = '{}\n'.repeat(limits.recordsPerReceiptMax + 5)
  assert.deepEqual(await codes('ndjson', rows), ['ok', 'too-many'])
  assert.deepEqual(await codes('json', `[${rows.replaceAll('\n', ',')}1]`), ['ok', 'too-many'])
  assert.deepEqual(await codes('csv', `a,b\n${'1,2\n'.repeat(limits.recordsPerReceiptMax + 5)}`), [
    'ok',
    'too-many',
  ])
})

test('quotes, tags and segments without end cost linear time', async () => {
  const size = 1.5 * megabyte
  const inputs: readonly (readonly [string, string])[] = [
    ['csv', `a,b\n${'1,"2\n'.repeat(size / 5)}`],
    ['csv', `a,b\n${'"""\n'.repeat(size / 4)}`],
    ['csv', `a,b\n"${'""'.repeat(size / 2)}`],
    ['csv', `a,b\n${'x"\n'.repeat(size / 3)}`],
    ['xml', '<'.repeat(size)],
    ['xml', `<a>${'<!--'.repeat(size / 4)}`],
    ['xml', `<a>${'<![CDATA['.repeat(size / 9)}`],
    ['xml', `<a ${'b="c" '.repeat(4_000)}`],
    ['xml', '<a/>'.repeat(size / 4)],
    ['xml', `<a>${'&'.repeat(size)}</a>`],
    ['xml', `<r>${Array.from({ length: 200_000 }, (_, n) => `<n${n}>1</n${n}>`).join('')}</r>`],
    ['x12', 'ISA*'.repeat(size / 4)],
    ['x12', `${isa}${'~'.repeat(size)}`],
    ['x12', `${isa}${'ST~'.repeat(size / 3)}`],
    ['x12', `${isa}${'AB~'.repeat(size / 3)}`],
    ['x12', `${isa}ST*856*0001~${'HL*1**S~'.repeat(size / 8)}SE*1*0001~`],
    ['x12', `${isa.slice(0, 106)}${'GS*~GE*~'.repeat(size / 8)}`],
    ['x12', isa.repeat(size / isa.length)],
    ['json', `[${'"\\'.repeat(size / 2)}`],
    ['json', '{"a":{'.repeat(size / 6)],
    ['json', '1 '.repeat(size / 2)],
    ['ndjson', '\n'.repeat(size)],
    ['ndjson', '"\n'.repeat(size / 2)],
    ['idoc-xml', `<a>${'<IDOC/>'.repeat(size / 7)}</a>`],
    ['debezium', '{"op":"c"}\n'.repeat(size / 11)],
    ['cloudevents', '{"specversion":1}\n'.repeat(size / 17)],
  ]
  for (const [name, text] of inputs) {
    const found = await codes(name, text)
    assert.ok(!found.includes('too-slow'), `${name} ${text.slice(0, 20)} ${found.join()}`)
  }
})

test('bytes that are nothing of what they should be are given up after a while', async () => {
  const start = performance.now()
  assert.deepEqual(await codes('ndjson', '"\n'.repeat(limits.inlineParseBytesMax / 4)), [
    'syntax',
    'too-many',
  ])
  assert.ok(performance.now() - start < 1_000)
})

test('bytes of any kind are answered by every format', async () => {
  let seed = 7
  const noise = Buffer.from(
    Array.from(
      { length: 200_000 },
      () => ((seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff) >> 16) & 255,
    ),
  )
  const inputs = [
    noise,
    Buffer.alloc(2 * megabyte),
    Buffer.alloc(2 * megabyte, 0xff),
    Buffer.from([0xef, 0xbb, 0xbf]),
    Buffer.from([0xff, 0xfe]),
    Buffer.from([0xfe, 0xff, 0]),
    Buffer.from('\n'),
  ]
  for (const name of formatNames)
    for (const bytes of inputs) assert.ok((await codes(name, bytes)).length > 0)
})

test('no input reaches into prototypes', async () => {
  const inputs: readonly (readonly [string, string, string])[] = [
    ['json', '{"__proto__":{"polluted":1}}', 'hostile'],
    ['ndjson', '{"a":{"__proto__":{"polluted":1}}}\n', 'hostile'],
    ['csv', '__proto__,b\n1,2\n', 'hostile'],
    ['xml', '<a><__proto__><polluted>1</polluted></__proto__></a>', 'hostile'],
    ['debezium', '{"op":"c","after":"{\\"__proto__\\":{\\"polluted\\":1}}","before":null}', 'ok'],
    ['xml', '<constructor><prototype><polluted>1</polluted></prototype></constructor>', 'ok'],
  ]
  for (const [name, text, code] of inputs) assert.deepEqual(await codes(name, text), [code], text)
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined)
})
