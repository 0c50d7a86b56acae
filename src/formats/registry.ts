import type { Format } from '#model/format.ts'
import { avro } from './avro/avro.ts'
import { cloudevents } from './cloudevents/cloudevents.ts'
import { csv } from './csv/csv.ts'
import { changeEvents, debezium } from './change-events/change-events.ts'
import { edifact } from './edifact/edifact.ts'
import { epcis } from './epcis/epcis.ts'
import { fixedWidth } from './fixed-width/fixed-width.ts'
import { idoc } from './idoc/idoc.ts'
import { idocXml } from './idoc-xml/idoc-xml.ts'
import { json } from './json/json.ts'
import { ndjson } from './ndjson/ndjson.ts'
import { withPatience } from './patience.ts'
import { protobuf } from './protobuf/protobuf.ts'
import { sparkplugB } from './sparkplug-b/sparkplug-b.ts'
import { sqlDump } from './sql-dump/sql-dump.ts'
import { tradacoms } from './tradacoms/tradacoms.ts'
import { odata } from './odata/odata.ts'
import { rosettanet } from './rosettanet/rosettanet.ts'
import { tracker } from './tracker/tracker.ts'
import { x12 } from './x12/x12.ts'
import { xml } from './xml/xml.ts'

/** Every format the hub reads. A new one is a folder and its line here. */
const formats: readonly Format[] = [
  avro,
  cloudevents,
  csv,
  changeEvents,
  debezium,
  edifact,
  epcis,
  fixedWidth,
  idoc,
  idocXml,
  json,
  ndjson,
  odata,
  protobuf,
  rosettanet,
  sparkplugB,
  sqlDump,
  tradacoms,
  tracker,
  x12,
  xml,
].map(withPatience)

const byName = new Map(formats.map((format) => [format.name, format]))

/** Names that `format.name` in a source definition may have. */
export const formatNames: readonly string[] = formats.map((format) => format.name)

/** A format by its name; undefined when there is none. */
export function formatNamed(name: string): Format | undefined {
  return byName.get(name)
}

/** Which formats the bytes may be, likeliest first; scores from 0 (left out) to 1. */
export function sniffFormat(bytes: Buffer): { name: string; score: number }[] {
  return formats
    .map((format) => ({ name: format.name, score: format.sniff(bytes) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
}
