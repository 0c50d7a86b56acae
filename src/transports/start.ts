/** Every transport the hub follows. A new one is a folder, its line here and one in `definitions.ts`. */
import type { TransportDefinition } from '#model/source.ts'
import type { Host, RunningTransport } from './port.ts'

/** Starts following a source; null for what is pushed or handed over. Clients of protocols are loaded only where used. */
export async function startTransport(
  host: Host,
  transport: TransportDefinition,
): Promise<RunningTransport | null> {
  switch (transport.kind) {
    case 'http':
    case 'direct':
    case 'directory':
      return null
    case 'webhook':
      return (await import('./webhook/door.ts')).startDoor(host, transport.options)
    case 'poll':
      return (await import('./poll/poll.ts')).startPoll(host, transport.options)
    case 'table':
      return (await import('./table/table.ts')).startTable(host, transport.options)
    case 'sftp':
      return (await import('./sftp/sftp.ts')).startSftp(host, transport.options)
    case 'ftps':
      return (await import('./ftps/ftps.ts')).startFtps(host, transport.options)
    case 'mqtt':
      return (await import('./mqtt/mqtt.ts')).startMqtt(host, transport.options)
    case 'postgres-cdc':
      return (await import('./postgres-cdc/postgres-cdc.ts')).startPostgresCdc(
        host,
        transport.options,
      )
    case 'mysql-cdc':
      return (await import('./mysql-cdc/mysql-cdc.ts')).startMysqlCdc(host, transport.options)
    case 'mail':
      return (await import('./mail/mail.ts')).startMail(host, transport.options)
    case 'salesforce':
      return (await import('./salesforce/salesforce.ts')).startSalesforce(host, transport.options)
    case 'kafka':
      return (await import('./kafka/platformatic.ts')).startKafka(host, transport.options)
  }
}
