import type { Format } from '#model/format.ts'
import type { Found } from '#model/record.ts'
import { bad, good } from '../fault.ts'
import { optionsOf, pathOption } from '../options.ts'
import { textOf, type Text } from '../text.ts'
import { readDocuments, type Collector } from './documents.ts'
import type { Name } from './names.ts'
import type { Attributes } from './scan.ts'

type Node = Record<string, unknown>

/**
 * XML without a document type. The record is { root: content }: leaf elements are texts without the white space around them,
 * repeated siblings arrays, attributes '@name', text beside attributes or elements '#text'; prefixes are dropped.
 * Option `records`: dotted path from the root element (`Envelope.Body.item`); each element there is a record, its content.
 */
export const xml: Format = {
  name: 'xml',
  options: (raw) => ({
    records: pathOption('xml', 'records', optionsOf('xml', raw, ['records'])['records']),
  }),
  cut: null,
  read: (bytes, options) =>
    readDocuments(bytes, (source) =>
      treeBuilder(source, (options['records'] as readonly string[] | undefined) ?? []),
    ),
  sniff: sniffXml,
}

/** How sure it is that bytes are XML; a page of HTML is not. */
function sniffXml(bytes: Buffer): number {
  const source = textOf(bytes.subarray(0, 1024))
  const head = source.text.slice(source.start).trimStart()
  if (!/^<([A-Za-z_?]|!--|!DOCTYPE)/i.test(head)) return 0
  if (/^(<\?xml|<!doctype(?! html))/i.test(head)) return 0.7
  return /^<(!doctype\s+)?html/i.test(head) ? 0.3 : 0.6
}

/** Puts a child into its parent: the first as it is, more of a name as an array. */
function put(node: Node, name: Name, child: unknown): void {
  const key = name.local
  const old = name.inherited && !Object.hasOwn(node, key) ? undefined : node[key]
  if (old === undefined) node[key] = child
  // A child is a text or an object: an array is always a list of siblings.
  else if (Array.isArray(old)) old.push(child)
  else node[key] = [old, child]
}

function treeBuilder(_source: Text, path: readonly string[]): Collector {
  const found: Found[] = []
  const top: Node = {}
  const nodes: Node[] = [top]
  const starts: number[] = []
  let matched = 0
  /** A child is complete: it is a record, or part of its parent. */
  const done = (name: Name, child: unknown, depth: number, from: number, to: number): void => {
    if (
      path.length > 0 &&
      matched === depth &&
      depth === path.length - 1 &&
      name.local === path[depth]
    )
      found.push(good(from, to, child))
    else put(nodes[depth]!, name, child)
    if (depth > 0) return
    if (path.length === 0) found.push(good(from, to, top))
    else if (found.length === 0)
      found.push(bad(from, to, 'empty', `There is no element at '${path.join('.')}'.`))
  }
  return {
    found,
    builder: {
      open: (name, attributes, from) => {
        const depth = nodes.length - 1
        if (matched === depth && depth < path.length - 1 && name.local === path[depth]) matched++
        nodes.push(attributes === null ? {} : { ...attributes })
        starts.push(from)
      },
      leaf: (name, attributes, text, from, to) =>
        done(name, leafOf(attributes, text), nodes.length - 1, from, to),
      text: (text) => {
        const node = nodes.at(-1)!
        node['#text'] = typeof node['#text'] === 'string' ? node['#text'] + text : text
      },
      close: (name, to) => {
        const node = nodes.pop()!
        const depth = nodes.length - 1
        if (matched > depth) matched = depth
        done(name, onlyText(node), depth, starts.pop()!, to)
      },
    },
  }
}

function leafOf(attributes: Attributes, text: string): unknown {
  if (attributes === null) return text
  return text === '' ? attributes : { ...attributes, '#text': text }
}

/** An element with CDATA or comments in it and no more is a text like any other. */
function onlyText(node: Node): unknown {
  const keys = Object.keys(node)
  if (keys.length === 0) return ''
  return keys.length === 1 && keys[0] === '#text' ? node['#text'] : node
}
