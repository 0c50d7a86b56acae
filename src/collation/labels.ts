/** How parts of an order are called on screens: `line:10` is "Line 10", `shipment:8000123` is "8000123". */
export function partLabel(key: string): string {
  if (key === '') return 'Order'
  const kind = key.slice(0, key.indexOf(':'))
  const rest = key.slice(key.indexOf(':') + 1)
  return kind === 'line' ? `Line ${rest}` : rest
}

const namesMax = 2

/**
 * A shipment by the keys of its parts, shipments first: "80000280 · 794600000842 +1 package". At most two names are
 * listed; packages are counted unless they fit in or nothing else names the shipment.
 */
export function shipmentLabel(keys: readonly string[]): string {
  const shipments = namesOf(keys, false)
  const packages = namesOf(keys, true).filter((name) => !shipments.includes(name))
  const room =
    shipments.length === 0 || shipments.length + packages.length <= namesMax ? namesMax : 0
  const shown = [...shipments.slice(0, namesMax), ...packages.slice(0, room)]
  return [
    shown.join(' · '),
    more(shipments.length - namesMax, 'number', 'numbers'),
    more(packages.length - room, 'package', 'packages'),
  ]
    .filter((piece) => piece !== '')
    .join(' ')
}

function namesOf(keys: readonly string[], packages: boolean): string[] {
  return [...new Set(keys.filter((key) => key.startsWith('package:') === packages).map(partLabel))]
}

function more(count: number, one: string, many: string): string {
  return count <= 0 ? '' : `+${count} ${count === 1 ? one : many}`
}
