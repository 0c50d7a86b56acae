import type { Contract } from '../contract.ts'

/** A contract with whose it is, as every export needs it. `version`: 1 and on. */
export type AboutContract = {
  readonly contract: Contract
  readonly version: number
  readonly source: string
  readonly title: string
  readonly company: string
  readonly region: string
  readonly format: string
  readonly transport: string
  /** ISO 8601. */
  readonly createdAt: string
}

/** A release as semantic versioning writes it. */
export function release({ version }: AboutContract): string {
  return `${version}.0.0`
}
