/** A contract in the Open Data Contract Standard (ODCS, Bitol), version 3.0.2. */
import { childrenOf, type Contract, type ContractField } from '../contract.ts'
import { nameOf, stepsOf } from '../profile.ts'
import type { AboutContract } from './about.ts'
import { release } from './about.ts'

export function dataContractOf(about: AboutContract): object {
  const { contract, source, title, company, region, format, transport, createdAt } = about
  return {
    apiVersion: 'v3.0.2',
    kind: 'DataContract',
    id: `urn:orderhub:source:${source}`,
    name: title,
    version: release(about),
    status: 'active',
    domain: company,
    dataProduct: source,
    description: {
      purpose: `Records that ${title} sends to the order hub.`,
      limitations: `Concluded from ${contract.records} records; fields that were not in them are unknown.`,
    },
    contractCreatedTs: createdAt,
    tags: [company, region, format],
    schema: [
      {
        name: 'record',
        physicalName: source,
        physicalType: transport,
        logicalType: 'object',
        description: `One record, as read from ${format}.`,
        properties: propertiesAt(contract, ''),
      },
    ],
  }
}

function propertiesAt(contract: Contract, path: string): object[] {
  return childrenOf(contract, path)
    .filter((one) => !one.endsWith('/[]'))
    .map((one) => ({ name: nameOf(stepsOf(one).at(-1)!), ...elementAt(contract, one) }))
}

function elementAt(contract: Contract, path: string): object {
  const field = contract.fields[path]
  if (field === undefined) return { logicalType: 'string', required: false }
  const logicalType = logicalTypeOf(field)
  const { values, required, types } = field
  return {
    logicalType,
    physicalType: types.join(' or '),
    required: required && !types.includes('null'),
    ...(types.includes('object') && { properties: propertiesAt(contract, path) }),
    ...(types.includes('array') && { items: elementAt(contract, `${path}/[]`) }),
    ...(values !== undefined && {
      quality: [{ type: 'library', rule: 'validValues', validValues: values }],
    }),
  }
}

/** The standard has one logical type a field; where several were seen, the widest. */
function logicalTypeOf({ types, format }: ContractField): string {
  if (types.includes('object')) return 'object'
  if (types.includes('array')) return 'array'
  if (types.includes('string'))
    return format === 'date' || format === 'date-time' ? 'date' : 'string'
  return types.find((kind) => kind !== 'null') ?? 'string'
}
