/** Whether a webhook comes from who it says: signatures over the raw bytes, compared in constant time, not too old. */
import { createHash, createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto'
import type { Instant } from '#model/time.ts'
import type { HmacScheme, WebhookOptions } from './options.ts'

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * `key` names the message for ever: what is signed of it that no other message has. `stamp` differs between two
 * sendings of one message by the sender, and is the same in a copy of one sending; '' where the scheme signs no time.
 */
export type Verdict =
  | { readonly ok: true; readonly key: string; readonly stamp: string; readonly name: string }
  | { readonly ok: false; readonly detail: string }

type Signed = {
  /** What was signed before the body. */
  readonly lead: string
  readonly signatures: readonly Signature[]
  readonly algorithm: 'sha256' | 'sha512' | 'sha1'
  readonly at: Instant | null
  /** The message's own name, when it is signed. */
  readonly id: string | null
  readonly stamp: string
}
type Signature = { readonly kind: 'hmac' | 'ed25519'; readonly value: Buffer }

const signaturesMax = 10

/** Judges one request. `secrets` are the texts of those that may have signed. */
export function judge(
  options: WebhookOptions,
  secrets: readonly string[],
  headers: Headers,
  body: Buffer,
  now: Instant,
): Verdict {
  const signed = readSigned(options, headers)
  if ('detail' in signed) return { ok: false, detail: signed.detail }
  const keys = secrets.map((secret) => keyOf(options.scheme, secret))
  if (!anyMatches(signed, keys, body)) {
    return { ok: false, detail: 'The signature fits none of the secrets of this source.' }
  }
  if (signed.at !== null && Math.abs(now - signed.at) > options.toleranceSeconds * 1000) {
    const off = Math.round((now - signed.at) / 1000)
    return {
      ok: false,
      detail: `It was signed ${off} s ago; at most ${options.toleranceSeconds} s are believed.`,
    }
  }
  const { id, stamp, signatures } = signed
  const own = id ?? signatures[0]!.value.toString('base64')
  const name = id !== null && /^[\x20-\x7e]{1,200}$/.test(id) ? id : ''
  return { ok: true, key: createHash('sha256').update(own).digest('base64url'), stamp, name }
}

/** What a request claims; a detail when it claims nothing that could be checked. */
function readSigned(options: WebhookOptions, headers: Headers): Signed | { detail: string } {
  switch (options.scheme) {
    case 'standard':
      return readStandard(headers)
    case 'shopify':
      return readHmac({ ...plain, header: 'x-shopify-hmac-sha256', encoding: 'base64' }, headers)
    case 'github':
      return readHmac({ ...plain, header: 'x-hub-signature-256', prefix: 'sha256=' }, headers)
    case 'hmac':
      return readHmac(options, headers)
  }
}

type Hmac = Pick<
  HmacScheme,
  'header' | 'prefix' | 'encoding' | 'algorithm' | 'signed' | 'timestamp' | 'id'
>
const plain: Hmac = {
  header: '',
  prefix: '',
  encoding: 'hex',
  algorithm: 'sha256',
  signed: '{body}',
}

/** Standard Webhooks 1.0.0; its headers are also sent under the name of the library they come from. */
function readStandard(headers: Headers): Signed | { detail: string } {
  const read = (name: string) => one(headers, `webhook-${name}`) ?? one(headers, `svix-${name}`)
  const [id, stamp, signature] = [read('id'), read('timestamp'), read('signature')]
  if (!id || !stamp || !signature)
    return { detail: 'It needs the headers webhook-id, webhook-timestamp and webhook-signature.' }
  const at = instantOf(stamp, 's')
  if (at === null) return { detail: 'webhook-timestamp is no number of seconds.' }
  const signatures = signature
    .split(' ')
    .slice(0, signaturesMax)
    .flatMap((part): Signature[] => {
      const [version, value = ''] = part.split(',', 2)
      const kind = version === 'v1' ? 'hmac' : version === 'v1a' ? 'ed25519' : null
      return kind === null ? [] : [{ kind, value: Buffer.from(value, 'base64') }]
    })
  if (signatures.length === 0) return { detail: 'webhook-signature has no v1 or v1a part.' }
  return { lead: `${id}.${stamp}.`, signatures, algorithm: 'sha256', at, id, stamp }
}

function readHmac(scheme: Hmac, headers: Headers): Signed | { detail: string } {
  const { header, prefix, encoding, algorithm, timestamp } = scheme
  const value = one(headers, header)
  if (value === undefined || !value.startsWith(prefix))
    return { detail: `It needs the header ${header}${prefix === '' ? '' : `: ${prefix}...`}.` }
  const stamp = timestamp === undefined ? '' : (one(headers, timestamp.header) ?? '')
  const at = timestamp === undefined ? null : instantOf(stamp, timestamp.unit)
  if (timestamp !== undefined && at === null)
    return { detail: `It needs the header ${timestamp.header} with a time (${timestamp.unit}).` }
  const id = scheme.id === undefined ? null : (one(headers, scheme.id.header) ?? '')
  if (id === '') return { detail: `It needs the header ${scheme.id!.header}.` }
  const signature = {
    kind: 'hmac',
    value: Buffer.from(value.slice(prefix.length), encoding),
  } as const
  const lead = scheme.signed
    .slice(0, -'{body}'.length)
    .replaceAll('{timestamp}', () => stamp)
    .replaceAll('{id}', () => id ?? '')
  return { lead, signatures: [signature], algorithm, at, id, stamp }
}

function one(headers: Headers, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

function instantOf(text: string, unit: 's' | 'ms' | 'iso'): Instant | null {
  if (unit === 'iso') {
    const at = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN
    return Number.isNaN(at) ? null : at
  }
  if (!/^\d{1,15}$/.test(text)) return null
  return unit === 's' ? Number(text) * 1000 : Number(text)
}

type Key = { readonly kind: 'hmac' | 'ed25519'; readonly bytes: Buffer }

/** Standard Webhooks: `whsec_` and Base64, or `whpk_` and an ed25519 public key; elsewhere the text itself. */
function keyOf(scheme: WebhookOptions['scheme'], secret: string): Key {
  if (scheme !== 'standard') return { kind: 'hmac', bytes: Buffer.from(secret, 'utf8') }
  if (secret.startsWith('whpk_'))
    return { kind: 'ed25519', bytes: Buffer.from(secret.slice(5), 'base64') }
  return { kind: 'hmac', bytes: Buffer.from(secret.replace(/^whsec_/, ''), 'base64') }
}

/** Every secret is tried on every signature, so that the time it takes tells nothing. */
function anyMatches(signed: Signed, keys: readonly Key[], body: Buffer): boolean {
  let found = 0
  for (const key of keys) {
    if (key.bytes.length === 0) continue
    const expected =
      key.kind === 'hmac'
        ? createHmac(signed.algorithm, key.bytes).update(signed.lead).update(body).digest()
        : null
    for (const { kind, value } of signed.signatures) {
      if (kind !== key.kind) continue
      if (expected !== null) found |= Number(isEqual(expected, value))
      else found |= Number(isSignedBy(key.bytes, signed.lead, body, value))
    }
  }
  return found === 1
}

function isEqual(expected: Buffer, given: Buffer): boolean {
  return expected.length === given.length && timingSafeEqual(expected, given)
}

/** The start of a SubjectPublicKeyInfo (RFC 8410) before the 32 bytes of an ed25519 key. */
const ed25519Lead = Buffer.from('302a300506032b6570032100', 'hex')

function isSignedBy(publicKey: Buffer, lead: string, body: Buffer, signature: Buffer): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false
  const der = Buffer.concat([ed25519Lead, publicKey])
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
  return verify(null, Buffer.concat([Buffer.from(lead), body]), key, signature)
}
