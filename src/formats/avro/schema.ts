import { limits } from '#model/limits.ts'

/** A compiled schema. Named types may contain themselves: `fields` of a record are filled after it is known. */
export type AvroType =
  | { readonly kind: 'null' | 'boolean' | 'float' | 'double' | 'string' }
  | { readonly kind: 'int' | 'long' | 'bytes'; readonly meaning: Meaning | null }
  | { readonly kind: 'fixed'; readonly size: number; readonly meaning: Meaning | null }
  | { readonly kind: 'enum'; readonly symbols: readonly string[] }
  | { readonly kind: 'array' | 'map'; readonly items: AvroType }
  | { readonly kind: 'union'; readonly branches: readonly AvroType[] }
  | {
      readonly kind: 'record'
      readonly name: string
      readonly fields: { name: string; type: AvroType }[]
    }

/** What a number or bytes mean: a logical type of Avro, or a semantic type of Kafka Connect and Debezium. */
export type Meaning = { readonly name: string; readonly scale: number }

const primitives = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const
const schemaCharsMax = 1024 * 1024
const typesMax = 20_000

type Compiler = { readonly named: Map<string, AvroType>; types: number }

const kept = new Map<string, AvroType>()
const keptMax = 200

/** Compiles the text of a schema; the same texts are compiled once. Throws a sentence. `references` define types beforehand. */
export function avroSchema(text: string, references: readonly string[] = []): AvroType {
  const key = [text, ...references].join('\0')
  const found = kept.get(key)
  if (found !== undefined) return found
  const compiler: Compiler = { named: new Map(), types: 0 }
  for (const one of references) typeOf(compiler, parsed(one), '', 0)
  const type = typeOf(compiler, parsed(text), '', 0)
  if (kept.size >= keptMax) kept.clear()
  kept.set(key, type)
  return type
}

function parsed(text: string): unknown {
  if (text.length > schemaCharsMax) throw new TypeError('The schema is too long.')
  try {
    return JSON.parse(text)
  } catch {
    // A registry gives the schema of a primitive as its bare name.
    if ((primitives as readonly string[]).includes(text.trim())) return text.trim()
    throw new TypeError('The schema is not JSON.')
  }
}

function typeOf(compiler: Compiler, schema: unknown, space: string, depth: number): AvroType {
  if (depth > limits.nestingDepthMax) throw new TypeError('The schema nests too deep.')
  if (++compiler.types > typesMax) throw new TypeError('The schema has too many types.')
  if (typeof schema === 'string') return byName(compiler, schema, space, {})
  if (Array.isArray(schema))
    return { kind: 'union', branches: schema.map((one) => typeOf(compiler, one, space, depth + 1)) }
  if (typeof schema !== 'object' || schema === null)
    throw new TypeError('A type of the schema is neither name, list nor object.')
  const given = schema as Record<string, unknown>
  const { type } = given
  if (typeof type === 'object' && type !== null) return typeOf(compiler, type, space, depth + 1)
  if (type === 'record' || type === 'error') return recordType(compiler, given, space, depth)
  if (type === 'enum') return enumType(compiler, given, space)
  if (type === 'fixed') return fixedType(compiler, given, space)
  if (type === 'array')
    return { kind: 'array', items: typeOf(compiler, given['items'], space, depth + 1) }
  if (type === 'map')
    return { kind: 'map', items: typeOf(compiler, given['values'], space, depth + 1) }
  if (typeof type === 'string') return byName(compiler, type, space, given)
  throw new TypeError('A type of the schema has no name.')
}

function byName(
  compiler: Compiler,
  name: string,
  space: string,
  given: Record<string, unknown>,
): AvroType {
  const kind = primitives.find((one) => one === name)
  if (kind === 'int' || kind === 'long' || kind === 'bytes')
    return { kind, meaning: meaningOf(given) }
  if (kind !== undefined) return { kind }
  const found = compiler.named.get(full(name, space)) ?? compiler.named.get(name)
  if (found === undefined) throw new TypeError(`The schema does not define ${name.slice(0, 80)}.`)
  return found
}

function full(name: string, space: string): string {
  return name.includes('.') || space === '' ? name : `${space}.${name}`
}

function named(
  compiler: Compiler,
  given: Record<string, unknown>,
  space: string,
): { name: string; inner: string } {
  const { name } = given
  if (typeof name !== 'string' || !/^[A-Za-z_][\w.-]*$/.test(name))
    throw new TypeError('A type of the schema has no proper name.')
  const own = typeof given['namespace'] === 'string' ? given['namespace'] : space
  const whole = full(name, own)
  if (compiler.named.has(whole))
    throw new TypeError(`The schema defines ${whole.slice(0, 80)} twice.`)
  return { name: whole, inner: whole.includes('.') ? whole.slice(0, whole.lastIndexOf('.')) : '' }
}

function recordType(
  compiler: Compiler,
  given: Record<string, unknown>,
  space: string,
  depth: number,
): AvroType {
  const { name, inner } = named(compiler, given, space)
  const fields: { name: string; type: AvroType }[] = []
  const type: AvroType = { kind: 'record', name, fields }
  compiler.named.set(name, type)
  if (!Array.isArray(given['fields']))
    throw new TypeError(`Record ${name.slice(0, 80)} has no fields.`)
  for (const field of given['fields'] as Record<string, unknown>[]) {
    const label = field?.['name']
    if (typeof label !== 'string' || label === '' || label === '__proto__')
      throw new TypeError(`A field of record ${name.slice(0, 80)} has no proper name.`)
    fields.push({ name: label, type: typeOf(compiler, withNotes(field), inner, depth + 1) })
  }
  return type
}

/** The type of a field; `logicalType` beside it, as some writers put it, counts too. */
function withNotes(field: Record<string, unknown>): unknown {
  const { type } = field
  return typeof type === 'string' && 'logicalType' in field ? { ...field, name: undefined } : type
}

function enumType(compiler: Compiler, given: Record<string, unknown>, space: string): AvroType {
  const { name } = named(compiler, given, space)
  const symbols: unknown = given['symbols']
  if (!Array.isArray(symbols) || !symbols.every((one) => typeof one === 'string'))
    throw new TypeError(`Enum ${name.slice(0, 80)} has no symbols.`)
  const type: AvroType = { kind: 'enum', symbols }
  compiler.named.set(name, type)
  return type
}

function fixedType(compiler: Compiler, given: Record<string, unknown>, space: string): AvroType {
  const { name } = named(compiler, given, space)
  const size = Number(given['size'])
  if (!Number.isInteger(size) || size < 0 || size > limits.recordBytesMax)
    throw new TypeError(`Fixed ${name.slice(0, 80)} has no size.`)
  const type: AvroType = { kind: 'fixed', size, meaning: meaningOf(given) }
  compiler.named.set(name, type)
  return type
}

function meaningOf(given: Record<string, unknown>): Meaning | null {
  const logical = given['logicalType']
  const scale = Number(
    given['scale'] ?? (given['connect.parameters'] as { scale?: unknown } | undefined)?.scale ?? 0,
  )
  if (typeof logical === 'string') return { name: logical, scale }
  const connect = given['connect.name']
  if (typeof connect !== 'string') return null
  return { name: connect.replace(/^.*\./, ''), scale }
}
