type Tree = Readonly<Record<string, unknown>>

/** What a partner says of a set or message that we sent. `code`: why not, from the standard's code list. */
export type Answered = {
  readonly type: string
  readonly control: string
  readonly accepted: boolean
  readonly code: string
}

/** What a functional acknowledgement answers: our group (X12) or interchange (EDIFACT), as a whole and one by one. */
export type Acknowledgement = {
  readonly kind: '997' | '999' | 'CONTRL'
  /** AK101, empty in EDIFACT; and the control number of the group (AK102) or of the interchange (UCI). */
  readonly group: string
  readonly control: string
  readonly whole: 'accepted' | 'partly' | 'rejected'
  /** What AK9 counts; null in EDIFACT. */
  readonly counts: {
    readonly included: number
    readonly received: number
    readonly accepted: number
  } | null
  readonly answers: readonly Answered[]
}

const takenCodes = new Set(['A', 'E'])

/** A 997, 999 or CONTRL that a partner sent, as the formats read it; null for any other document. */
export function readAcknowledgement(tree: unknown): Acknowledgement | null {
  if (typeof tree !== 'object' || tree === null) return null
  const record = tree as Tree
  if (record['set'] === '997' || record['set'] === '999') return readX12(record, record['set'])
  return record['message'] === 'CONTRL' ? readContrl(record) : null
}

function list(tree: Tree | undefined, key: string): readonly Tree[] {
  const found = tree?.[key]
  return Array.isArray(found) ? (found as Tree[]) : []
}

function field(tree: Tree | undefined, key: string): string {
  const found = tree?.[key]
  return typeof found === 'string' ? found.trim() : ''
}

function readX12(record: Tree, kind: '997' | '999'): Acknowledgement {
  const [ak1] = list(record, 'AK1')
  const [ak9] = list(record, 'AK9')
  const end = kind === '999' ? 'IK5' : 'AK5'
  const whole = field(ak9, 'AK901')
  return {
    kind,
    group: field(ak1, 'AK101'),
    control: field(ak1, 'AK102'),
    whole: takenCodes.has(whole) ? 'accepted' : whole === 'P' ? 'partly' : 'rejected',
    counts: {
      included: Number(field(ak9, 'AK902')),
      received: Number(field(ak9, 'AK903')),
      accepted: Number(field(ak9, 'AK904')),
    },
    answers: list(record, 'AK2').map((ak2) => {
      const [judged] = [...list(ak2, end), ...list(ak2, 'AK5')]
      const verdict = field(judged, 'IK501') || field(judged, 'AK501')
      return {
        type: field(ak2, 'AK201'),
        control: field(ak2, 'AK202'),
        accepted: takenCodes.has(verdict),
        code: field(judged, 'IK502') || field(judged, 'AK502'),
      }
    }),
  }
}

function readContrl(record: Tree): Acknowledgement {
  const [uci] = list(record, 'UCI')
  const messages = [
    ...list(record, 'UCM'),
    ...list(record, 'UCF').flatMap((ucf) => list(ucf, 'UCM')),
  ]
  const answers = messages.map((ucm) => ({
    type: field(ucm, 'UCM02'),
    control: field(ucm, 'UCM01'),
    accepted: field(ucm, 'UCM03') !== '4',
    code: field(ucm, 'UCM04'),
  }))
  const refused =
    field(uci, 'UCI04') === '4' || (answers.length > 0 && answers.every((one) => !one.accepted))
  const all = answers.every((one) => one.accepted)
  return {
    kind: 'CONTRL',
    group: '',
    control: field(uci, 'UCI01'),
    whole: refused ? 'rejected' : all ? 'accepted' : 'partly',
    counts: null,
    answers,
  }
}
