/** A contract as JSON Schema, draft 2020-12. */
import { childrenOf, type Contract, type ContractField } from '../contract.ts'
import { nameOf, stepsOf } from '../profile.ts'
import type { AboutContract } from './about.ts'

export type JsonSchema = { readonly [key: string]: unknown }

export function jsonSchemaOf(about: AboutContract): JsonSchema {
  const { contract, source, title, version } = about
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:orderhub:source:${source}:contract:${version}`,
    title: `Records of ${title}`,
    ...schemaAt(contract, ''),
  }
}

/** The schema of the values at a path, without a head. */
export function schemaAt(contract: Contract, path: string): JsonSchema {
  const field = contract.fields[path]
  if (field === undefined) return {}
  const { types } = field
  return {
    ...(types.length > 0 && { type: types.length === 1 ? types[0] : types }),
    ...(types.includes('object') && objectAt(contract, path)),
    ...(types.includes('array') && { items: schemaAt(contract, `${path}/[]`) }),
    ...textsOf(field),
  }
}

function objectAt(contract: Contract, path: string): JsonSchema {
  const inner = childrenOf(contract, path).filter((one) => !one.endsWith('/[]'))
  const named = inner.map((one): [string, string] => [nameOf(stepsOf(one).at(-1)!), one])
  const required = named.filter(([, one]) => contract.fields[one]!.required).map(([name]) => name)
  return {
    properties: Object.fromEntries(named.map(([name, one]) => [name, schemaAt(contract, one)])),
    ...(required.length > 0 && { required }),
    additionalProperties: true,
  }
}

function textsOf({ types, values, format }: ContractField): JsonSchema {
  if (!types.includes('string')) return {}
  // A list of words binds values of every type: only where all of them are texts does it say what was seen.
  if (values !== undefined && types.length === 1) return { enum: values }
  if (format === undefined) return {}
  return format === 'number' ? { pattern: '^-?\\d+(\\.\\d+)?$' } : { format }
}
