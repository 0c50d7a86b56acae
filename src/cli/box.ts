import { stripVTControlCharacters } from 'node:util'

/** Lines in a frame; colours in them do not count. */
export function boxed(lines: readonly string[]): string[] {
  const widthOf = (line: string) => stripVTControlCharacters(line).length
  const width = Math.max(...lines.map(widthOf))
  const edge = '─'.repeat(width + 4)
  const inside = lines.map((line) => `│  ${line}${' '.repeat(width - widthOf(line))}  │`)
  return [`╭${edge}╮`, ...inside, `╰${edge}╯`]
}
