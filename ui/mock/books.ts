import type { LedgerAnswer, QuarantineItem } from '../src/data/contract.ts'
import { randomOf } from './random.ts'
import { day, sources } from './told.ts'

const faults = [
  {
    source: 'storage-drops',
    code: 'bad-time',
    detail: '“31/02/2026 25:10” is not a time in the format MM/dd/yyyy HH:mm',
    path: 'CHANGED',
    preview: 'ST-88307,20,SHP,0,31/02/2026 25:10,COBALT LABS',
    count: 14,
  },
  {
    source: 'networking-edi',
    code: 'control-total',
    detail: 'SE01 says 9 segments, 8 were found',
    path: 'SE',
    preview: 'ST*856*0001~\nBSN*00*5517*20261118*0312~\nHL*1**S~\nSE*9*0001~',
    count: 5,
  },
  {
    source: 'fedex-tracking',
    code: 'no-identifier',
    detail: 'No identifier has a value: trackingNumber is empty',
    path: 'trackingNumber',
    preview: '{\n  "trackingNumber": "",\n  "scanEvent": { "eventDescription": "In transit" }\n}',
    count: 2,
  },
  {
    source: 'servers-sap',
    code: 'hostile',
    detail: 'The document declares a DOCTYPE; entities are never expanded',
    path: '/',
    preview: '<!DOCTYPE lolz [<!ENTITY lol "lol">]>\n<ORDERS05>&lol;</ORDERS05>',
    count: 1,
  },
] as const

/** Quarantine and ledger of the mock; replay and discard change it. */
export function makeBooks(now: number) {
  const random = randomOf(11)
  const quarantine: QuarantineItem[] = faults.flatMap((fault, group) =>
    Array.from({ length: fault.count }, (_, index) => {
      const { count: _count, ...rest } = fault
      return {
        ...rest,
        id: `q-${group}-${index}`,
        receivedAt: new Date(now - (index * 37 + group * 11 + 3) * 60_000).toISOString(),
        mappingVersion: 3,
        status: 'open',
      }
    }),
  )
  const rows = [0, 1, 2].flatMap((back) =>
    Object.values(sources).map(({ name }) => {
      const quarantined =
        back === 0 ? quarantine.filter(({ source }) => source === name).length : random.below(3)
      const duplicate = random.below(400)
      const rejected = random.below(8) === 0 ? 1 : 0
      const accepted = 2_000 + random.below(60_000)
      return {
        source: name,
        day: new Date(now - back * day).toISOString().slice(0, 10),
        received: accepted + duplicate + quarantined + rejected,
        accepted,
        duplicate,
        quarantined,
        rejected,
        difference: 0,
      }
    }),
  )
  const ledger: LedgerAnswer = { rows, balanced: true }
  return { quarantine, ledger }
}

export type Books = ReturnType<typeof makeBooks>
