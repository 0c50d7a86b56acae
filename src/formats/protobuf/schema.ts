import { readProto, type ProtoEnum, type ProtoFile, type ProtoMessage } from './proto-text.ts'

/** A schema with what it imports; names are found as protoc finds them, from the inside out. */
export type ProtoSchema = {
  readonly types: ReadonlyMap<string, ProtoMessage | ProtoEnum>
  /** Messages at the top of the first text. */
  readonly top: readonly string[]
}

const kept = new Map<string, ProtoSchema>()
const keptMax = 200

/** Compiles texts, the first being the schema itself; the same texts are compiled once. Throws a sentence. */
export function protoSchema(texts: readonly string[]): ProtoSchema {
  const key = texts.join('\0')
  const found = kept.get(key)
  if (found !== undefined) return found
  const files = texts.map((text): ProtoFile => readProto(text))
  const types = new Map(files.toReversed().flatMap((file) => Array.from(file.types)))
  const schema = { types, top: files[0]?.top ?? [] }
  if (kept.size >= keptMax) kept.clear()
  kept.set(key, schema)
  return schema
}

/** The message or enum that `name` means inside of `scope`. */
export function typeNamed(
  { types }: ProtoSchema,
  name: string,
  scope: string,
): ProtoMessage | ProtoEnum | undefined {
  if (name.startsWith('.')) return types.get(name.slice(1))
  for (let around = scope; ; around = around.slice(0, Math.max(0, around.lastIndexOf('.')))) {
    const found = types.get(around === '' ? name : `${around}.${name}`)
    if (found !== undefined || around === '') return found
  }
}

/** The message that indexes lead to: one of the top, then one inside of it, and so on. */
export function messageAt(
  schema: ProtoSchema,
  indexes: readonly number[],
): ProtoMessage | undefined {
  let names = schema.top
  let message: ProtoMessage | undefined
  for (const index of indexes) {
    const found = schema.types.get(names[index] ?? '')
    if (found?.kind !== 'message') return undefined
    message = found
    names = found.inner
  }
  return message
}
