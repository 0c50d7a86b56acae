import type { Command } from 'commander'
import { attachToRead } from '#hub/attach.ts'
import { listFeeds } from '#views/feeds.ts'
import { type Call, declare, type Program } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { printable, shorten, table } from '../terminal.ts'

/** `feeds`. */
export function feedsCommand(parent: Command, program: Program): void {
  declare(parent, program, {
    use: 'feeds',
    summary: 'whether the systems speak as they are wont to',
    description:
      'Silent, late, drifting and flooding feeds, each as one incident, as the running hub judged them last. Ends with 4 when there is one.',
    examples: [['feeds', 'those in trouble first']],
    run,
  })
}

async function run(call: Call): Promise<ExitCode> {
  const { config, log, terminal } = call
  await using reader = await attachToRead({ config: config(), log, signal: terminal.signal })
  const items = await listFeeds(reader.views, reader.access)
  const { out, paint, width } = terminal
  const troubled = items.filter(({ incident }) => incident !== null)
  if (call.json) out(JSON.stringify({ items }))
  else if (items.length === 0) out(paint('dim', 'No feed was heard yet.'))
  else {
    const text = (at: string | null) => (at === null ? '' : at.slice(0, 16).replace('T', ' '))
    const rows = items.map(({ source, lane, health, lastAt, dueAt, incident }) => [
      printable(lane === '' ? source : `${source} ${lane}`),
      health,
      text(lastAt),
      text(incident === null ? dueAt : incident.since),
      incident === null ? '' : printable(`${incident.observed}; usually ${incident.expected}`),
    ])
    const lines = table([['feed', 'health', 'last heard', 'due / since', 'what is wrong'], ...rows])
    for (const [i, line] of lines.entries()) {
      const style = i === 0 ? 'dim' : items[i - 1]!.incident === null ? 'good' : 'warn'
      out(paint(style, shorten(line, width)))
    }
  }
  return troubled.length > 0 ? exitCodes.checkFailed : exitCodes.done
}
