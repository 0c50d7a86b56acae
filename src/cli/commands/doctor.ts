import { join } from 'node:path'
import type { Command } from 'commander'
import { type Call, declare, type Program } from '../command.ts'
import type { Finding } from '../doctor/finding.ts'
import { look } from '../doctor/finding.ts'
import { examineHub } from '../doctor/hub.ts'
import { examineDisk, examineMachine } from '../doctor/machine.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import type { Style } from '../terminal.ts'

export function doctorCommand(parent: Command, program: Program): void {
  declare(parent, program, {
    use: 'doctor',
    summary: 'what is well and what is not, and what to do',
    examples: [
      ['doctor', 'this machine and the hub on the usual data directory'],
      ['doctor --data /var/lib/orderhub --json', 'another one, for a program'],
    ],
    run: examine,
  })
}

const marks: Readonly<Record<Finding['state'], readonly [mark: string, style: Style]>> = {
  ok: ['ok  ', 'good'],
  warn: ['warn', 'warn'],
  fail: ['fail', 'bad'],
}

async function examine({ config: read, json, terminal }: Call): Promise<ExitCode> {
  const config = read()
  const findings = [
    ...(await examineMachine(join(config.data, 'postgres'))),
    await look('disk', 'Choose another directory with --data.', () => examineDisk(config.data)),
    ...(await examineHub(config)),
  ]
  const failed = findings.some(({ state }) => state === 'fail')
  if (json) terminal.out(JSON.stringify({ ok: !failed, findings }))
  else
    for (const { name, state, text, todo } of findings) {
      const [mark, style] = marks[state]
      terminal.out(`${terminal.paint(style, mark)}  ${name.padEnd(9)} ${text}`)
      if (todo !== undefined && todo !== '')
        terminal.out(terminal.paint('dim', `${' '.repeat(16)}${todo}`))
    }
  return failed ? exitCodes.checkFailed : exitCodes.done
}
