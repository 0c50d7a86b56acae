/** What makes a history nasty; counted, so that a run without one of them is noticed. */
export type Trait =
  | 'merge'
  | 'void'
  | 'restore'
  | 'correction'
  | 'cancellation'
  | 'fan-out'
  | 'many-in-one'
  | 'bad-pair'
  | 'approve'
