/** A contract as an Avro schema (1.12): names Avro does not allow are written with `_`, what they were stands beside them. */
import { childrenOf, type Contract, type ContractField } from '../contract.ts'
import { type Kind, nameOf, stepsOf } from '../profile.ts'
import type { AboutContract } from './about.ts'

type AvroSchema = string | readonly unknown[] | { readonly [key: string]: unknown }

export function avroOf({ contract, source, company, title, version }: AboutContract): AvroSchema {
  const names = new Set<string>()
  const namespace = `orderhub.${avroName(company)}`
  const root = recordAt(contract, '', avroName(source), names)
  return { ...root, namespace, doc: `Records of ${title}, contract version ${version}` }
}

function recordAt(contract: Contract, path: string, wanted: string, names: Set<string>) {
  const name = unused(wanted, names)
  const taken = new Set<string>()
  const fields = childrenOf(contract, path)
    .filter((one) => !one.endsWith('/[]'))
    .map((one) => fieldAt(contract, one, name, names, taken))
  return { type: 'record', name, fields }
}

function fieldAt(
  contract: Contract,
  path: string,
  inside: string,
  names: Set<string>,
  taken: Set<string>,
) {
  const field = contract.fields[path]!
  const written = nameOf(stepsOf(path).at(-1)!)
  const name = unused(avroName(written), taken)
  const types = field.types
    .filter((kind) => kind !== 'null')
    .map((kind) => typeAt(contract, path, kind, field, `${inside}_${name}`, names))
  const optional = !field.required || field.types.includes('null') || types.length === 0
  const union = optional ? ['null', ...types] : types
  return {
    name,
    type: union.length === 1 ? union[0]! : union,
    ...(optional && { default: null }),
    ...(name !== written && { doc: `"${written}" in the records` }),
  }
}

function typeAt(
  contract: Contract,
  path: string,
  kind: Kind,
  { values, types }: ContractField,
  name: string,
  names: Set<string>,
): AvroSchema {
  switch (kind) {
    case 'object':
      return recordAt(contract, path, name, names)
    case 'array':
      return { type: 'array', items: itemsAt(contract, `${path}/[]`, name, names) }
    case 'integer':
      return 'long'
    case 'number':
      return 'double'
    case 'boolean':
      return 'boolean'
    case 'null':
      return 'null'
    case 'string':
      // Symbols are names: words with other characters stay texts.
      return types.length === 1 && values?.every((word) => avroName(word) === word)
        ? { type: 'enum', name: unused(name, names), symbols: values }
        : 'string'
  }
}

function itemsAt(contract: Contract, path: string, name: string, names: Set<string>): AvroSchema {
  const field = contract.fields[path]
  if (field === undefined) return 'null'
  const types = field.types.map((kind) =>
    typeAt(contract, path, kind, field, `${name}_item`, names),
  )
  return types.length === 1 ? types[0]! : types
}

function avroName(text: string): string {
  const name = text.replaceAll(/\W/g, '_')
  return /^[A-Za-z_]/.test(name) ? name : `_${name}`
}

function unused(wanted: string, names: Set<string>): string {
  let name = wanted
  for (let number = 2; names.has(name); number++) name = `${wanted}_${number}`
  names.add(name)
  return name
}
