import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { eventFaults } from './cloud-event-rules.ts'
import { readCloudEvents } from './cloud-events.ts'
import { Problem } from './problem.ts'

const event = {
  specversion: '1.0',
  id: 'A234-1234-1234',
  source: '/mycontext',
  type: 'com.example.someevent',
}
const places = (extra: object) => eventFaults({ ...event, ...extra }).map(({ at }) => at)

test('the example of the specification keeps its rules', () => {
  const extra = {
    subject: null,
    time: '2018-04-05T17:31:00Z',
    comexampleextension1: 'value',
    comexampleothervalue: 5,
    datacontenttype: 'text/xml',
    data: '<much wow="xml"/>',
    dataschema: 'https://example.com/schema',
  }
  assert.deepEqual(eventFaults({ ...event, ...extra }), [])
})

test('each rule that is broken is named with its attribute', () => {
  assert.deepEqual(
    eventFaults({}).map(({ at }) => at),
    ['/id', '/source', '/type', '/specversion'],
  )
  for (const value of [null, [], 'event', 7])
    assert.deepEqual(
      eventFaults(value).map(({ at }) => at),
      [''],
    )
  assert.deepEqual(places({ id: 7 }), ['/id'])
  assert.deepEqual(places({ source: 'two words' }), ['/source'])
  assert.deepEqual(places({ time: '2018-04-05 17:31' }), ['/time'])
  assert.deepEqual(places({ time: '2018-02-30T25:00:00Z' }), ['/time'])
  assert.deepEqual(places({ subject: '' }), ['/subject'])
  assert.deepEqual(places({ datacontenttype: 'json' }), ['/datacontenttype'])
  assert.deepEqual(places({ data: 1, data_base64: 'AA==' }), ['/data_base64'])
  assert.deepEqual(places({ data_base64: 'A' }), ['/data_base64'])
  assert.deepEqual(places({ Trace: 'x', number: 1.5, list: [] }), ['/Trace', '/number', '/list'])
})

test('whatever is sent is judged, never thrown over', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => Array.isArray(eventFaults(value))))
})

test('a body comes back as it was sent, or as a problem', () => {
  const types = [
    'application/cloudevents+json',
    'application/cloudevents-batch+json',
    'application/json',
    'application/x-ndjson',
    'text/plain',
    '',
  ]
  fc.assert(
    fc.property(fc.constantFrom(...types), fc.string(), (type, text) => {
      try {
        assert.equal(
          readCloudEvents({ 'content-type': type }, Buffer.from(text)).toString(),
          Buffer.from(text).toString(),
        )
      } catch (error) {
        assert.ok(error instanceof Problem)
      }
    }),
  )
})

test('in binary mode attributes are decoded and data keeps its kind', () => {
  const headers = {
    'ce-specversion': '1.0',
    'ce-id': '1',
    'ce-source': '/a',
    'ce-type': 't',
    'ce-subject': '%E2%82%AC%20%22',
    'content-type': 'application/json',
  }
  const made = JSON.parse(readCloudEvents(headers, Buffer.from('{"x":1}')).toString()) as Record<
    string,
    unknown
  >
  assert.deepEqual(
    [made['subject'], made['data'], made['datacontenttype']],
    ['€ "', { x: 1 }, 'application/json'],
  )
  const bytes = readCloudEvents(
    { ...headers, 'content-type': 'application/octet-stream' },
    Buffer.from([0, 255]),
  )
  assert.equal((JSON.parse(bytes.toString()) as Record<string, unknown>)['data_base64'], 'AP8=')
})
