import { usualSigns, writeEdifact, type SegmentParts } from '#formats/edifact/write.ts'
import type { Fault } from '#model/record.ts'
import { dateOf, timeOf } from './moment.ts'
import type { ReceivedInterchange, ReceivedSet } from './verdict.ts'
import type { Answer } from './write-x12.ts'

/**
 * The CONTRL of an EDIFACT interchange, from its receiver to its sender: the interchange is acknowledged, and every message of
 * it accepted or rejected. Null when nothing can be acknowledged: there is no message, or all that came are CONTRL themselves,
 * which are never acknowledged (ISO 9735).
 */
export function writeContrl(
  received: ReceivedInterchange,
  { control, now }: Answer,
): string | null {
  const groups = received.groups.map((group) => ({
    ...group,
    sets: group.sets.filter(({ code }) => code !== 'CONTRL'),
  }))
  if (groups.every(({ sets }) => sets.length === 0)) return null
  const { sender, receiver } = received
  const party = ({ id, qualifier }: typeof sender): [string, string] => [id, qualifier]
  const grouped = groups.some(({ control }) => control !== '')
  const segments: SegmentParts[] = [
    ['UCI', received.control, party(sender), party(receiver), '7'],
    ...groups.flatMap((group) => [
      ...(grouped ? [['UCF', group.control, group.sender, group.receiver, '7']] : []),
      ...group.sets.map(messageAnswer),
    ]),
  ]
  const [syntax = 'UNOA', version = '3'] = received.version.split(':')
  const late = version >= '4'
  return writeEdifact(
    {
      syntax,
      version,
      sender: party(receiver),
      receiver: party(sender),
      date: late ? dateOf(now) : dateOf(now).slice(2),
      time: timeOf(now),
      control: String(control),
      test: received.test,
      advice: true,
      messages: [
        {
          type: 'CONTRL',
          directory: late ? ['4', '1', 'UN'] : ['D', '3', 'UN'],
          control: '1',
          segments,
        },
      ],
    },
    { ...usualSigns, repetition: late ? '*' : ' ' },
  )
}

/** UCM: the message's reference and kind, 7 accepted or 4 rejected, why, and the segment at fault. */
function messageAnswer({ code, control, directory, verdict, fault }: ReceivedSet): SegmentParts {
  const kind = [code, ...directory.split(':')]
  if (verdict === 'accepted' || fault === null) return ['UCM', control, kind, '7']
  return ['UCM', control, kind, '4', errorCode(fault), segmentOf(fault)]
}

/** Code list 0085. */
function errorCode({ code, detail }: Fault): string {
  if (code === 'truncated') return '13'
  if (code === 'unsupported') return '14'
  if (code === 'control-total') return detail.includes('names message') ? '28' : '29'
  if (code === 'encoding') return '21'
  return '18'
}

/** Element 0135, the service segment at fault; empty for others. */
function segmentOf({ path }: Fault): string {
  return /\((UN[HT])\)$/.exec(path ?? '')?.[1] ?? ''
}
