/** An element of an event; `prefix` '' is one of the standard itself. */
export type Element = {
  readonly name: string
  readonly prefix: string
  readonly attributes: Readonly<Record<string, string>>
  text: string
  readonly children: Element[]
  readonly from: number
  to: number
}

type Fields = Record<string, unknown>

/** An event in XML as the same event stands in JSON; fields of others keep their prefix, extension points are dissolved. */
export function eventOfXml(element: Element): Fields {
  const event: Fields = { type: element.name }
  fill(event, element, element.prefix)
  return event
}

function fill(event: Fields, element: Element, own: string): void {
  for (const child of element.children) {
    const { name } = child
    // In documents that qualify every element, what the standard knows carries the prefix of the event.
    if (child.prefix !== '' && !(child.prefix === own && Object.hasOwn(readers, name))) {
      event[`${child.prefix}:${name}`] = plain(child)
    } else if (name === 'extension' || name === 'baseExtension') fill(event, child, own)
    else if (name === 'certificationInfo') {
      const all = [event[name] ?? [], child.text].flat()
      event[name] = all.length === 1 ? all[0] : all
    } else event[name] = (Object.hasOwn(readers, name) ? readers[name]! : leaf)(child)
  }
}

const leaf = (element: Element): unknown =>
  element.children.length === 0 ? element.text : plain(element)

const texts = (element: Element): string[] => element.children.map(({ text }) => text)

/** Any element: its text, or an object with its attributes and children. */
function plain(element: Element): unknown {
  const attributes = Object.entries(element.attributes)
  if (element.children.length === 0 && attributes.length === 0) return element.text
  const result: Fields = Object.fromEntries(attributes.map(([key, value]) => [key.slice(1), value]))
  if (element.text !== '') result['#text'] = element.text
  for (const child of element.children) {
    const key = child.prefix === '' ? child.name : `${child.prefix}:${child.name}`
    const old = Object.hasOwn(result, key) ? result[key] : undefined
    const value = plain(child)
    result[key] = old === undefined ? value : [old, value].flat()
  }
  return result
}

function quantities(element: Element): unknown[] {
  return element.children.map((child) => {
    const one: Fields = {}
    for (const field of child.children) {
      const { name, prefix } = field
      one[prefix === '' || prefix === child.prefix ? name : `${prefix}:${name}`] = plain(field)
    }
    const { quantity, ...rest } = one
    // xsi:nil stands for a quantity that is not known.
    return typeof quantity === 'string' && quantity !== ''
      ? { ...rest, quantity: Number(quantity) }
      : rest
  })
}

const typedList =
  (field: string) =>
  (element: Element): unknown[] =>
    element.children.map((child) => {
      const type = child.attributes['@type']
      return type === undefined ? { [field]: child.text } : { type, [field]: child.text }
    })

function point(element: Element): unknown {
  return { id: element.children.find(({ name }) => name === 'id')?.text }
}

function ilmd(element: Element): unknown {
  const fields: Fields = {}
  for (const child of element.children) {
    const key = child.prefix === '' ? child.name : `${child.prefix}:${child.name}`
    fields[child.name === 'extension' ? 'ns:extension' : key] = plain(child)
  }
  return fields
}

function persistent(element: Element): unknown {
  const of = (name: string): string[] =>
    element.children.filter((child) => child.name === name).map(({ text }) => text)
  return { set: of('set'), unset: of('unset') }
}

function declaration(element: Element): unknown {
  const result: Fields = {}
  for (const child of element.children) {
    const own = child.prefix === '' || child.prefix === element.prefix
    const key = own ? child.name : `${child.prefix}:${child.name}`
    result[key] = child.name === 'correctiveEventIDs' ? texts(child) : plain(child)
  }
  return result
}

function sensors(element: Element): unknown[] {
  return element.children.map((child) => ({
    sensorReport: child.children.filter(({ name }) => name === 'sensorReport').map(reportOf),
  }))
}

function reportOf(report: Element): unknown {
  return Object.fromEntries(
    Object.entries(report.attributes).map(([key, value]) => [key.slice(1), value]),
  )
}

const readers: Readonly<Record<string, (element: Element) => unknown>> = {
  eventTime: leaf,
  recordTime: leaf,
  eventTimeZoneOffset: leaf,
  eventID: leaf,
  action: leaf,
  bizStep: leaf,
  disposition: leaf,
  parentID: leaf,
  transformationID: leaf,
  epcClass: leaf,
  quantity: (element) => Number(element.text),
  extension: plain,
  baseExtension: plain,
  certificationInfo: leaf,
  epcList: texts,
  childEPCs: texts,
  inputEPCList: texts,
  outputEPCList: texts,
  quantityList: quantities,
  childQuantityList: quantities,
  inputQuantityList: quantities,
  outputQuantityList: quantities,
  bizTransactionList: typedList('bizTransaction'),
  sourceList: typedList('source'),
  destinationList: typedList('destination'),
  readPoint: point,
  bizLocation: point,
  ilmd,
  persistentDisposition: persistent,
  errorDeclaration: declaration,
  sensorElementList: sensors,
}
