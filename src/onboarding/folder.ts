import { formatNamed } from '#formats/registry.ts'
import type { Instant } from '#model/time.ts'
import { expectedOf, type Draft } from './draft.ts'
import type { SampleFile } from './reading.ts'

/** A sample longer than this is cut at a record, where its format has borders. */
const sampleBytesMax = 128 * 1024

/** The folder of a draft: definition, terminology, samples and the events they give, name to content. */
export function draftFolder(
  { files, source }: Draft,
  samples: readonly SampleFile[],
  receivedAt: Instant,
): Record<string, string | Buffer> {
  const folder: Record<string, string | Buffer> = { ...files }
  if (source === null) return folder
  const format = formatNamed(source.format.name)!
  for (const { name, bytes } of samples) {
    const length =
      bytes.length <= sampleBytesMax
        ? 0
        : (format.cut?.(bytes.subarray(0, sampleBytesMax), source.formatOptions) ?? 0)
    const kept = length === 0 ? bytes : bytes.subarray(0, length)
    const { stem, end } = unique(name, folder)
    folder[`samples/${stem}${end}`] = kept
    folder[`samples/${stem}.expected.json`] = expectedOf(source, kept, receivedAt)
  }
  return folder
}

/** A name for the sample that no other has, in letters every file system takes. */
function unique(
  name: string,
  folder: Readonly<Record<string, unknown>>,
): { stem: string; end: string } {
  const base = name.replace(/^.*[/\\]/, '').replaceAll(/[^\w.-]+/g, '-')
  const dot = base.lastIndexOf('.')
  const plain = (dot > 0 ? base.slice(0, dot) : base) || 'sample'
  const end = dot > 0 ? base.slice(dot) : '.txt'
  for (let number = 1; ; number++) {
    const stem = number === 1 ? plain : `${plain}-${number}`
    if (!(`samples/${stem}.expected.json` in folder)) return { stem, end }
  }
}
