import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { exitCodes } from '#cli/exit-codes.ts'
import { runCommand } from '#cli/program.ts'
import { plain, type Terminal } from '#cli/terminal.ts'

const home = mkdtempSync(join(tmpdir(), 'orderhub-walk-'))
chmodSync(home, 0o755)
after(() => rmSync(home, { recursive: true, force: true }))

const company = join(home, 'company')
const drops = join(home, 'drops')
mkdirSync(company)
mkdirSync(drops)
writeFileSync(
  join(company, 'company.yaml'),
  'organisation: Walk\ncompanies:\n  forge: { title: Forge, region: EMEA, zone: Europe/Berlin }\n',
)
writeFileSync(
  join(home, 'orderhub.yaml'),
  `company: ${company}\ndata: ${join(home, 'data')}\ndemo: false\n`,
)

/** What the ERP of an acquired company drops: a title, German names, decimal commas, Latin-1, a total below. */
const march = `Auftragsliste Forge GmbH;;;;;;;;;
Auftragsnummer;Kundenbestellnummer;Kundennr;Kunde;Position;Artikelnummer;Menge;Status;Zeitpunkt;Wunschtermin;Sendungsnummer
A-70011;PO-5501;1001;Müller & Söhne;10;KH-7;4;angelegt;03.03.2026 08:10;20.03.2026;
A-70011;PO-5501;1001;Müller & Söhne;20;KH-9;1;angelegt;03.03.2026 08:10;20.03.2026;
A-70012;PO-5502;1002;Grün AG;10;KH-7;2;angelegt;03.03.2026 09:40;25.03.2026;
A-70011;PO-5501;1001;Müller & Söhne;10;KH-7;4;bestätigt;04.03.2026 11:05;20.03.2026;
A-70012;PO-5502;1002;Grün AG;10;KH-7;2;storniert;05.03.2026 16:20;25.03.2026;
A-70011;PO-5501;1001;Müller & Söhne;10;KH-7;4;versandt;18.03.2026 15:30;20.03.2026;1Z5R89390357567127
Summe;;;;;;13;;;;
`
const april = `Auftragsliste Forge GmbH;;;;;;;;;
Auftragsnummer;Kundenbestellnummer;Kundennr;Kunde;Position;Artikelnummer;Menge;Status;Zeitpunkt;Wunschtermin;Sendungsnummer
A-70011;PO-5501;1001;Müller & Söhne;10;KH-7;4;zugestellt;20.03.2026 10:12;20.03.2026;1Z5R89390357567127
A-70013;PO-5503;1001;Müller & Söhne;10;KH-7;1;angelegt;01.04.2026 07:55;15.04.2026;
`

async function command(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = []
  const err: string[] = []
  const { signal } = new AbortController()
  const terminal: Terminal = {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    paint: plain,
    width: 160,
    lively: false,
    env: {},
    signal,
  }
  const code = await runCommand([...args, '--config', join(home, 'orderhub.yaml')], terminal)
  return { code, out: out.join('\n'), err: err.join('\n') }
}

test('a new CSV source goes from a sample to live orders with commands alone', async () => {
  const first = join(drops, 'auftraege-maerz.csv')
  writeFileSync(first, Buffer.from(march, 'latin1'))
  const folder = join(company, 'forge', 'forge-erp')

  const shown = await command('source', 'new', 'forge-erp', '--from', first)
  assert.equal(shown.code, exitCodes.done, shown.err)
  assert.match(shown.out, /Auftragsnummer +A-70011 +id:order/)
  assert.match(shown.err, /Nothing was written/)
  assert.equal(existsSync(folder), false)

  const written = await command('source', 'new', 'forge-erp', '--from', first, '--yes')
  assert.equal(written.code, exitCodes.done, written.out + written.err)
  const definition = readFileSync(join(folder, 'source.yaml'), 'utf8')
  assert.match(definition, /encoding: windows-1252|encoding: "windows-1252"/)
  assert.match(definition, /zone: Europe\/Berlin/)
  const again = await command('source', 'new', 'forge-erp', '--from', first, '--yes')
  assert.equal(again.code, exitCodes.wrongUse)

  const checked = await command('config', 'check')
  assert.equal(checked.code, exitCodes.done, checked.out)

  const coverage = await command('source', 'coverage', 'forge-erp', '--json')
  const { statuses, identifiers } = JSON.parse(coverage.out) as Record<string, { share: number }>
  assert.deepEqual([statuses!.share, identifiers!.share], [1, 1])

  const next = join(drops, 'auftraege-april.csv')
  writeFileSync(next, Buffer.from(april, 'latin1'))
  const taken = await command('ingest', 'forge-erp', first, next, '--json')
  assert.equal(taken.code, exitCodes.done, taken.out + taken.err)
  const { totals } = JSON.parse(taken.out) as { totals: { received: number; quarantined: number } }
  assert.deepEqual([totals.received, totals.quarantined], [8, 0])

  const order = await command('order', 'A-70011')
  assert.equal(order.code, exitCodes.done, order.err)
  assert.match(order.out, /delivered/i)
  assert.match(order.out, /Müller & Söhne/)
  const parcel = await command('order', '1Z5R89390357567127')
  assert.match(parcel.out, /A-70011/)
  const cancelled = await command('order', 'PO-5502')
  assert.match(cancelled.out, /cancelled/i)
})
