import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { edifact } from '#formats/edifact/edifact.ts'
import { writeEdifact } from '#formats/edifact/write.ts'
import { writeInterchange } from '#formats/x12/write.ts'
import { x12 } from '#formats/x12/x12.ts'
import type { Format } from '#model/format.ts'
import type { Fault, Found, Mapped } from '#model/record.ts'
import { readAcknowledgement, type Acknowledgement } from './read.ts'
import { receivedEdifact } from './received-edifact.ts'
import { receivedX12 } from './received-x12.ts'
import { writeContrl } from './write-edifact.ts'
import { writeX12Acknowledgement } from './write-x12.ts'

const now = Date.UTC(2026, 10, 3, 8, 15)
const answer = { control: 42, now }

/** What a mapping that takes everything makes of found records; `faults` are those of the mapping. */
function mappedOf(found: readonly Found[], faults: readonly (Fault | null)[] = []): Mapped[] {
  return found.map((one, index) => {
    const fault = one.ok ? (faults[index] ?? null) : one.fault
    const { from, to } = one
    return fault === null
      ? { kind: 'events', from, to, events: [] }
      : { kind: 'quarantined', from, to, fault }
  })
}

/** Our own parser reads what was written, without any fault, as acknowledgements. */
function readBack(format: Format, text: string): Acknowledgement[] {
  return Array.from(format.read(Buffer.from(text), {})).map((found) => {
    assert.ok(found.ok, JSON.stringify(found))
    const read = readAcknowledgement(found.tree)
    assert.ok(read !== null)
    return read
  })
}

const orders = writeInterchange({
  sender: 'ACME',
  senderQualifier: '01',
  receiver: 'NORDWIND',
  control: 7,
  date: '261103',
  time: '0815',
  version: '00401',
  group: 'PO',
  release: '004010',
  usage: 'T',
  sets: ['PO-1', 'PO-2', 'PO-3'].map((po) => ({
    code: '850',
    segments: [['BEG', '00', 'NE', po]],
  })),
})

test('a 997 tells set by set what could be read, with parties and qualifiers turned around', () => {
  const bytes = Buffer.from(orders.replace('SE*3*0002', 'SE*9*0002'))
  const [received] = receivedX12(bytes, mappedOf(Array.from(x12.read(bytes, {}))))
  const text = writeX12Acknowledgement(received!, '997', answer)!
  assert.match(
    text,
    /^ISA\*00\*\s+\*00\*\s+\*ZZ\*NORDWIND\s+\*01\*ACME\s+\*261103\*0815\*U\*00401\*000000042\*0\*T\*/,
  )
  assert.match(text, /GS\*FA\*NORDWIND\*ACME\*20261103\*0815\*42\*X\*004010~/)
  assert.match(
    text,
    /AK1\*PO\*7~\nAK2\*850\*0001~\nAK5\*A~\nAK2\*850\*0002~\nAK5\*R\*4~\nAK2\*850\*0003~\nAK5\*A~\nAK9\*P\*3\*3\*2~/,
  )
  const [read] = readBack(x12, text)
  assert.equal(read!.whole, 'partly')
  assert.deepEqual(
    read!.answers.map(({ control, accepted, code }) => [control, accepted, code]),
    [
      ['0001', true, ''],
      ['0002', false, '4'],
      ['0003', true, ''],
    ],
  )
})

test('a 999 says the same in its own segments, and names the segment at fault', () => {
  const bytes = Buffer.from(orders.replace('BEG*00*NE*PO-3', 'HL*1*9*S'))
  const [received] = receivedX12(bytes, mappedOf(Array.from(x12.read(bytes, {}))))
  const text = writeX12Acknowledgement(received!, '999', answer)!
  assert.match(text, /AK1\*PO\*7\*004010~/)
  assert.match(text, /AK2\*850\*0003~\nIK3\*HL\*2\*\*8~\nIK5\*R\*5~\nAK9\*P\*3\*3\*2~/)
  assert.equal(readBack(x12, text)[0]!.answers[2]!.accepted, false)
})

test('what was read and not understood is acknowledged: the sender need not repeat it', () => {
  const bytes = Buffer.from(orders)
  const fault: Fault = { code: 'no-match', detail: 'no rule' }
  const mapped = mappedOf(Array.from(x12.read(bytes, {})), [null, fault])
  const [read] = readBack(
    x12,
    writeX12Acknowledgement(receivedX12(bytes, mapped)[0]!, '997', answer)!,
  )
  assert.equal(read!.whole, 'accepted')
})

test('acknowledgements are never acknowledged', () => {
  const bytes = Buffer.from(orders)
  const [received] = receivedX12(bytes, mappedOf(Array.from(x12.read(bytes, {}))))
  const ours = Buffer.from(writeX12Acknowledgement(received!, '997', answer)!)
  const [again] = receivedX12(ours, mappedOf(Array.from(x12.read(ours, {}))))
  assert.equal(writeX12Acknowledgement(again!, '997', answer), null)
  const contrl = writeContrl(edifactReceived(edifactText([true]))[0]!, answer)!
  assert.equal(writeContrl(edifactReceived(contrl)[0]!, answer), null)
})

function edifactText(whole: readonly boolean[], version = '3'): string {
  const text = writeEdifact({
    syntax: 'UNOC',
    version,
    sender: ['ACME', '14'],
    receiver: ['NORDWIND', '14'],
    date: '261103',
    time: '0815',
    control: 'I-7',
    messages: whole.map((_, index) => ({
      type: 'ORDERS',
      directory: ['D', '96A', 'UN'],
      control: `M${index}`,
      segments: [['BGM', '220', `PO-${index}`, '9']],
    })),
  })
  return whole.reduce((sum, good, index) => {
    return good ? sum : sum.replace(`UNT+3+M${index}'`, `UNT+8+M${index}'`)
  }, text)
}

function edifactReceived(text: string) {
  const bytes = Buffer.from(text)
  return receivedEdifact(bytes, mappedOf(Array.from(edifact.read(bytes, {}))))
}

test('a CONTRL tells message by message what could be read, and why not', () => {
  const text = writeContrl(edifactReceived(edifactText([true, false]))[0]!, answer)!
  assert.match(text, /UNB\+UNOC:3\+NORDWIND:14\+ACME:14\+261103:0815\+42'/)
  assert.match(text, /UNH\+1\+CONTRL:D:3:UN'\nUCI\+I-7\+ACME:14\+NORDWIND:14\+7'/)
  assert.match(text, /UCM\+M0\+ORDERS:D:96A:UN\+7'\nUCM\+M1\+ORDERS:D:96A:UN\+4\+29\+UNT'/)
  const [read] = readBack(edifact, text)
  assert.equal(read!.control, 'I-7')
  assert.equal(read!.whole, 'partly')
})

test('groups are answered group by group', () => {
  const bytes = Buffer.from(
    orders
      .replace(
        'GE*3*7~\n',
        'GE*3*7~\nGS*PC*A*B*20261103*0815*8*X*004010~\nST*860*0001~\nBCH*04*SA*P~\nSE*3*0001~\nGE*1*8~\n',
      )
      .replace('IEA*1', 'IEA*2'),
  )
  const [received] = receivedX12(bytes, mappedOf(Array.from(x12.read(bytes, {}))))
  const read = readBack(x12, writeX12Acknowledgement(received!, '997', answer)!)
  assert.deepEqual(
    read.map(({ group, control, answers }) => [group, control, answers.length]),
    [
      ['PO', '7', 3],
      ['PC', '8', 1],
    ],
  )
  const grouped = edifactText([true])
    .replace('UNH+', "UNG+ORDERS+A+B+261103:0815+9+UN+D:96A'\nUNH+")
    .replace('UNZ+1', "UNE+1+9'\nUNZ+1")
  const contrl = writeContrl(edifactReceived(grouped)[0]!, answer)!
  assert.match(contrl, /UCF\+9\+A\+B\+7'\nUCM\+M0/)
  assert.equal(readBack(edifact, contrl)[0]!.answers.length, 1)
})

const fate = fc.constantFrom('good', 'count', 'number', 'cut', 'tag')
const broken: Readonly<Record<string, (text: string, control: string) => string>> = {
  good: (text) => text,
  count: (text, control) => text.replace(`SE*3*${control}`, `SE*30*${control}`),
  number: (text, control) => text.replace(`SE*3*${control}`, `SE*3*9${control}`),
  cut: (text, control) => text.replace(`SE*3*${control}~\n`, ''),
  tag: (text, control) => text.replace(`${control}~\nBEG`, `${control}~\n?`),
}

test('counts always agree: every set is answered once, as it fared, in a 997 and a 999 that our parser takes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fate, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }),
      fc.constantFrom('997', '999'),
      (interchanges, kind) => {
        const text = interchanges.map((fates, index) => {
          const whole = writeInterchange({
            sender: 'ACME',
            receiver: 'NORDWIND',
            control: index + 1,
            date: '261103',
            time: '0815',
            version: '00501',
            group: 'PO',
            release: '005010',
            sets: fates.map((_, at) => ({
              code: '850',
              segments: [['BEG', '00', 'NE', `PO-${at}`]],
            })),
          })
          return fates.reduce(
            (sum, one, at) => broken[one]!(sum, String(at + 1).padStart(4, '0')),
            whole,
          )
        })
        const bytes = Buffer.from(text.join(''))
        const received = receivedX12(bytes, mappedOf(Array.from(x12.read(bytes, {}))))
        assert.equal(received.length, interchanges.length)
        for (const [index, one] of received.entries()) {
          const [read] = readBack(x12, writeX12Acknowledgement(one, kind, answer)!)
          const fates = interchanges[index]!
          const accepted = fates.map((each) => each === 'good')
          assert.deepEqual(
            read!.answers.map((each) => each.accepted),
            accepted,
          )
          const { included, received: got, accepted: took } = read!.counts!
          assert.deepEqual(
            [included, got, took],
            [fates.length, fates.length, accepted.filter(Boolean).length],
          )
          assert.equal(read!.control, String(index + 1))
        }
      },
    ),
    { numRuns: 200 },
  )
})

test('every message is answered once, as it fared, in a CONTRL that our parser takes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }),
      fc.constantFrom('1', '2', '3', '4'),
      (whole, version) => {
        const [received] = edifactReceived(edifactText(whole, version))
        const [read] = readBack(edifact, writeContrl(received!, answer)!)
        assert.deepEqual(
          read!.answers.map((each) => each.accepted),
          whole,
        )
        assert.deepEqual(
          read!.answers.map((each) => each.control),
          whole.map((_, index) => `M${index}`),
        )
      },
    ),
    { numRuns: 200 },
  )
})
