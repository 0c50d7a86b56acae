import { usualSeparators, writeInterchange, type SegmentText } from '#formats/x12/write.ts'
import type { Fault } from '#model/record.ts'
import { dateOf, timeOf } from './moment.ts'
import {
  placeOf,
  type ReceivedGroup,
  type ReceivedInterchange,
  type ReceivedSet,
} from './verdict.ts'
import type { Instant } from '#model/time.ts'

/** `control`: of our own interchange, up to 9 digits; `now`: its date and time, told in UTC. */
export type Answer = { readonly control: number; readonly now: Instant }

/**
 * The functional acknowledgement of an X12 interchange, from its receiver to its sender: a 997, or a 999 as the
 * implementation guides of release 005010 want it, for every group. Null when nothing can be acknowledged: there is no group,
 * or all that came are acknowledgements, which are never acknowledged (X12 group FA).
 */
export function writeX12Acknowledgement(
  received: ReceivedInterchange,
  kind: '997' | '999',
  { control, now }: Answer,
): string | null {
  const groups = received.groups.filter(({ code, sets }) => code !== 'FA' && sets.length > 0)
  if (groups.length === 0) return null
  const text = (one: string): string => one.replaceAll(/[*>~\r\n]/g, ' ').slice(0, 15)
  return writeInterchange(
    {
      sender: text(received.receiver.id),
      senderQualifier: received.receiver.qualifier,
      receiver: text(received.sender.id),
      receiverQualifier: received.sender.qualifier,
      groupSender: text(groups[0]!.receiver),
      groupReceiver: text(groups[0]!.sender),
      usage: received.test ? 'T' : 'P',
      control,
      date: dateOf(now).slice(2),
      time: timeOf(now),
      version: received.version,
      group: 'FA',
      release: kind === '999' ? '005010X231A1' : groups[0]!.version.slice(0, 6) || '004010',
      sets: groups.map((group) => ({ code: kind, segments: segmentsOf(group, kind) })),
    },
    usualSeparators,
  )
}

function segmentsOf(group: ReceivedGroup, kind: '997' | '999'): SegmentText[] {
  const { sets } = group
  const accepted = sets.filter(({ verdict }) => verdict === 'accepted').length
  const all = String(sets.length)
  const whole = accepted === sets.length ? 'A' : accepted === 0 ? 'R' : 'P'
  const ak1 = ['AK1', group.code, group.control]
  if (kind === '999' && group.version !== '') ak1.push(group.version)
  return [
    ak1,
    ...sets.flatMap((set) => setSegments(set, kind)),
    ['AK9', whole, all, all, String(accepted)],
  ]
}

function setSegments({ code, control, fault }: ReceivedSet, kind: '997' | '999'): SegmentText[] {
  const [place, end] = kind === '999' ? ['IK3', 'IK5'] : ['AK3', 'AK5']
  const head: SegmentText = ['AK2', code, control]
  if (fault === null) return [head, [end, 'A']]
  const at = placeOf(fault)
  // What is wrong with SE is said of the set; 8: the segment has errors in its elements.
  const segments: SegmentText[] =
    at === null || at.segment === 'SE' || at.segment === ''
      ? []
      : [[place, at.segment, String(at.position), '', '8']]
  return [head, ...segments, [end, 'R', setCode(fault)]]
}

/** X12 element 718 (618 in a 999): why a transaction set is rejected. */
function setCode({ code, detail }: Fault): string {
  if (code === 'unsupported') return '1'
  if (code === 'truncated') return '2'
  if (code === 'control-total') return detail.startsWith('SE02') ? '3' : '4'
  return '5'
}
