/** Places in PostgreSQL's log: `16/B374D848`, as numbers below 2^53. */

/** Throws for what is none. */
export function lsnNumber(text: string): number {
  const parts = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(text)
  if (parts === null) throw new TypeError(`${text} is no place in PostgreSQL's log.`)
  return Number.parseInt(parts[1]!, 16) * 2 ** 32 + Number.parseInt(parts[2]!, 16)
}

export function lsnText(value: number): string {
  const [high, low] = [Math.floor(value / 2 ** 32), value % 2 ** 32]
  return `${high.toString(16).toUpperCase()}/${low.toString(16).toUpperCase()}`
}
