import type { FunctionGroup, LanguageFunction } from './function.ts'
import { dateFunctions } from './functions/dates.ts'
import { listFunctions } from './functions/lists.ts'
import { numberFunctions } from './functions/numbers.ts'
import { searchFunctions } from './functions/search.ts'
import { textFunctions } from './functions/text.ts'
import { valueFunctions } from './functions/values.ts'

/** All functions of the language by group, in the order of the reference. */
export const functionGroups: readonly FunctionGroup[] = [
  valueFunctions,
  textFunctions,
  numberFunctions,
  listFunctions,
  dateFunctions,
  searchFunctions,
]

export const functions: ReadonlyMap<string, LanguageFunction> = new Map(
  functionGroups.flatMap((group) =>
    group.functions.map((one): [string, LanguageFunction] => [one.name, one]),
  ),
)
