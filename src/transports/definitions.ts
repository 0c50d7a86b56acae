/** The options of every transport, for whoever checks definitions: schemas only, no client is loaded. */
import type { FollowedKind, TransportDefinition } from '#model/source.ts'
import { ftpsOptions } from './ftps/options.ts'
import { kafkaOptions } from './kafka/options.ts'
import { mailOptions } from './mail/options.ts'
import { mqttOptions } from './mqtt/options.ts'
import { mysqlCdcOptions } from './mysql-cdc/options.ts'
import { pollOptions } from './poll/options.ts'
import { postgresCdcOptions } from './postgres-cdc/options.ts'
import { salesforceOptions } from './salesforce/options.ts'
import { sftpOptions } from './sftp/options.ts'
import { tableOptions } from './table/options.ts'
import { webhookOptions } from './webhook/options.ts'

const checks: Readonly<Record<FollowedKind, (raw: unknown) => unknown>> = {
  ftps: ftpsOptions,
  kafka: kafkaOptions,
  mail: mailOptions,
  mqtt: mqttOptions,
  'mysql-cdc': mysqlCdcOptions,
  poll: pollOptions,
  'postgres-cdc': postgresCdcOptions,
  salesforce: salesforceOptions,
  sftp: sftpOptions,
  table: tableOptions,
  webhook: webhookOptions,
}

/** What is wrong with a transport's options, as a sentence; null when nothing is. */
export function transportFault(transport: TransportDefinition): string | null {
  if (!('options' in transport)) return null
  try {
    checks[transport.kind](transport.options)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
