/** The languages a contract can be written in for others. */
import type { AboutContract } from './exports/about.ts'
import { asyncApiOf } from './exports/async-api.ts'
import { avroOf } from './exports/avro.ts'
import { dataContractOf } from './exports/data-contract.ts'
import { jsonSchemaOf } from './exports/json-schema.ts'

export const contractLanguages = ['json-schema', 'avro', 'asyncapi', 'odcs'] as const
export type ContractLanguage = (typeof contractLanguages)[number]

/** A document in JSON. */
export function exportContract(language: ContractLanguage, about: AboutContract): unknown {
  switch (language) {
    case 'json-schema':
      return jsonSchemaOf(about)
    case 'avro':
      return avroOf(about)
    case 'asyncapi':
      return asyncApiOf(about)
    case 'odcs':
      return dataContractOf(about)
  }
}
