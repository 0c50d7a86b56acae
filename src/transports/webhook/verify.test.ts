import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { webhookOptions } from './options.ts'
import { type Headers, judge } from './verify.ts'

const now = Date.parse('2026-03-10T12:00:00Z')
const secrets = [{ env: 'A' }]
const standard = webhookOptions({ scheme: 'standard', secrets })
const secretOf = (text: string) => `whsec_${Buffer.from(text.padEnd(24, '.')).toString('base64')}`
const text = '{"order":"4711","state":"SHP"}'
const body = Buffer.from(text)

function signed(secret: string, payload: Buffer | string = body, at = now, id = 'msg_1'): Headers {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, new Date(at), payload.toString()),
  }
}

const verdict = (headers: Headers, bytes = body, options = standard, keys = [secretOf('one')]) =>
  judge(options, keys, headers, bytes, now)

test('what the standardwebhooks library signs is believed', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ minLength: 1, maxLength: 40 }), (payload, id) => {
      const bytes = Buffer.from(payload)
      assert.ok(verdict(signed(secretOf('one'), bytes, now, id), bytes).ok)
    }),
  )
})

test('one changed bit of the body, the time, the id or the signature is refused', () => {
  const headers = signed(secretOf('one')) as Record<string, string>
  fc.assert(
    fc.property(fc.nat(body.length * 8 - 1), (bit) => {
      const bytes = Buffer.from(body)
      bytes[bit >> 3]! ^= 1 << (bit & 7)
      assert.ok(!verdict(headers, bytes).ok)
    }),
  )
  const later = String(Math.floor(now / 1000) + 1)
  assert.ok(!verdict({ ...headers, 'webhook-timestamp': later }).ok)
  assert.ok(!verdict({ ...headers, 'webhook-id': 'msg_2' }).ok)
  const last = headers['webhook-signature']!.slice(0, -2)
  assert.ok(!verdict({ ...headers, 'webhook-signature': `${last}A=` }).ok)
  for (const name of Object.keys(headers)) assert.ok(!verdict({ ...headers, [name]: undefined }).ok)
})

test('a body that was parsed and written again is refused', () => {
  const spaced = Buffer.from('{ "order": "4711" }')
  const headers = signed(secretOf('one'), spaced)
  assert.ok(verdict(headers, spaced).ok)
  assert.ok(!verdict(headers, Buffer.from(JSON.stringify(JSON.parse(String(spaced))))).ok)
})

test('a signature older or younger than five minutes is refused', () => {
  for (const [seconds, ok] of [
    [-299, true],
    [299, true],
    [-301, false],
    [301, false],
  ] as const)
    assert.equal(verdict(signed(secretOf('one'), body, now + seconds * 1000)).ok, ok, `${seconds}`)
})

test('while secrets are rotated, both of the sender and both of the hub are tried', () => {
  const [old, fresh, foreign] = [secretOf('old'), secretOf('new'), secretOf('foreign')]
  const both = [old, fresh]
  assert.ok(verdict(signed(old), body, standard, both).ok)
  assert.ok(verdict(signed(fresh), body, standard, both).ok)
  assert.ok(!verdict(signed(foreign), body, standard, both).ok)
  const two = signed(foreign) as Record<string, string>
  const second = signed(fresh) as Record<string, string>
  two['webhook-signature'] += ` ${second['webhook-signature']}`
  assert.ok(verdict(two, body, standard, both).ok)
  assert.ok(!verdict(signed(old), body, standard, ['whsec_']).ok)
})

test('asymmetric signatures (v1a) are believed by the public key alone', () => {
  const pair = generateKeyPairSync('ed25519')
  const der = pair.publicKey.export({ format: 'der', type: 'spki' })
  const key = `whpk_${der.subarray(12).toString('base64')}`
  const headers = signed(secretOf('one')) as Record<string, string>
  const all = `msg_1.${headers['webhook-timestamp']}.${text}`
  const value = sign(null, Buffer.from(all), pair.privateKey).toString('base64')
  const told = { ...headers, 'webhook-signature': `v1a,${value}` }
  assert.ok(verdict(told, body, standard, [key]).ok)
  assert.ok(!verdict(told, Buffer.from('{}'), standard, [key]).ok)
  assert.ok(!verdict(told, body, standard, [secretOf('one')]).ok)
})

test('Shopify, GitHub and any other header with an HMAC are believed by their bytes', () => {
  const hmac = (algorithm: string, text: string | Buffer, encoding: 'hex' | 'base64') =>
    createHmac(algorithm, 'shh').update(text).digest(encoding)
  const shopify = webhookOptions({ scheme: 'shopify', secrets })
  const github = webhookOptions({ scheme: 'github', secrets })
  const timed = webhookOptions({
    scheme: 'hmac',
    secrets,
    header: 'X-Signature',
    prefix: 'v0=',
    algorithm: 'sha512',
    signed: 'v0:{timestamp}:{body}',
    timestamp: { header: 'X-Time', unit: 'ms' },
  })
  const cases = [
    [shopify, { 'x-shopify-hmac-sha256': hmac('sha256', body, 'base64') }],
    [github, { 'x-hub-signature-256': `sha256=${hmac('sha256', body, 'hex')}` }],
    [
      timed,
      {
        'x-time': String(now),
        'x-signature': `v0=${hmac('sha512', `v0:${now}:${text}`, 'hex')}`,
      },
    ],
  ] as const
  for (const [options, headers] of cases) {
    const good = verdict(headers, body, options, ['shh'])
    assert.ok(good.ok)
    assert.ok(!verdict(headers, Buffer.from('{}'), options, ['shh']).ok)
    assert.ok(!verdict(headers, body, options, ['other']).ok)
    assert.ok(!verdict({}, body, options, ['shh']).ok)
    // Copies have one key; without a signed time they cannot be told from a sender that tries again.
    assert.deepEqual(verdict(headers, body, options, ['shh']), good)
  }
  const old = { 'x-time': String(now - 301_000) }
  const signature = `v0=${hmac('sha512', `v0:${now - 301_000}:${text}`, 'hex')}`
  assert.ok(!verdict({ ...old, 'x-signature': signature }, body, timed, ['shh']).ok)
})

test('a secret that is written down, a time nobody signs and an unknown option are refused with a sentence', () => {
  const refused = (raw: unknown, said: RegExp) => assert.throws(() => webhookOptions(raw), said)
  refused({ scheme: 'standard', secrets: ['whsec_abc'] }, /secrets\.0: a secret is named, never/)
  refused({ scheme: 'standard', secrets, tolerance: 5 }, /tolerance is unknown/)
  refused({ scheme: 'oauth', secrets }, /scheme/)
  const hmac = { scheme: 'hmac', secrets, header: 'x' }
  refused({ ...hmac, timestamp: { header: 'x-time' } }, /a time nobody signed proves nothing/)
  refused({ ...hmac, signed: 'body' }, /must end with \{body\}/)
})
