import { type Command, Option } from 'commander'
import { stopParsing } from '#flow/parse.ts'
import { acknowledgeReceipt } from '#flow/second-chance/acknowledge.ts'
import { attachToRead } from '#hub/attach.ts'
import { HubError } from '#model/error.ts'
import { type Call, declare, type Program } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'

type Options = { readonly kind?: '997' | '999' }

/** `acks write`. */
export function acksCommands(parent: Command, program: Program): void {
  const acks = parent
    .command('acks')
    .summary('answers to received EDI interchanges')
    .description('997, 999 and CONTRL: what became of each document of a received interchange.')
  declare<Options>(acks, program, {
    use: 'write <receipt>',
    summary: 'the 997, 999 or CONTRL that answers a receipt, to stdout',
    description:
      'Says of every transaction set or message whether it could be read. Nothing is sent; asked again, the answer has the same control number.',
    examples: [['acks write 20001 > answer.edi', 'the receipt that "quarantine show" names']],
    options: [new Option('--kind <kind>', 'of X12').choices(['997', '999']).default('997')],
    run: write,
  })
}

async function write(
  { config, log, terminal, json }: Call,
  [receipt = '']: readonly string[],
  { kind }: Options,
): Promise<ExitCode> {
  if (!/^\d{1,15}$/.test(receipt))
    throw new HubError({
      code: 'ARGUMENT_INVALID',
      message: 'A receipt is named by its number.',
      hint: '"orderhub quarantine show" and the evidence of an event tell it.',
    })
  await using reader = await attachToRead({ config: config(), log, signal: terminal.signal })
  const sources = new Map(reader.company.sources.map((source) => [source.name, source]))
  const reach = { pool: reader.pool, access: reader.access }
  const done = await acknowledgeReceipt(reach, Number(receipt), {
    sourceNamed: (name) => sources.get(name),
    now: Date.now(),
    ...(kind && { kind }),
  }).finally(stopParsing)
  if (!done.ok)
    throw new HubError({
      code: 'NOT_FOUND',
      message: `Receipt ${receipt} cannot be answered: ${done.reason}.`,
      hint: 'Only X12 and EDIFACT interchanges are, and never acknowledgements themselves.',
    })
  terminal.out(
    json ? JSON.stringify({ format: done.format, text: done.text }) : done.text.trimEnd(),
  )
  return exitCodes.done
}
