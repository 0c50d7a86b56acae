/** Draws a deal: who buys what from which companies, and how it is split into shipments. */
import { customers, owners, products, type Company, type Customer } from './catalog.ts'
import type { Random } from './random.ts'
import type { CarrierName, CompanyOrder, Deal, Fate, Line, Shipment } from './world.ts'

const companies: readonly Company[] = ['servers', 'storage', 'networking']
const currencies = { servers: 'EUR', storage: 'SGD', networking: 'USD' } as const

/**
 * Order numbers of the three companies come from overlapping ranges: nearly every number exists in two or three of them
 * for different deals.
 */
export const firstNumber = { servers: 700_000, storage: 700_037, networking: 700_011 } as const

/** The deal with this number of the world that `dice` belong to. Identifiers depend on `index` alone. */
export function drawDeal(index: number, dice: Random): Deal {
  const customer = customers[(index * 7) % customers.length]!
  const sold = drawCompanies(dice)
  const sharedPo = sold.length > 1 && dice.chance(0.5)
  const fate: Fate = sold.length > 1 ? 'delivered' : drawFate(dice)
  const orders = sold.map((company) =>
    drawOrder(
      index,
      company,
      poOf(customer, index, sharedPo ? '' : suffixOf(company, sold)),
      customer,
      dice,
    ),
  )
  const needsLink = sold.length > 1 && !sharedPo
  return {
    index,
    customer,
    shipTo: customer.city,
    opportunity: needsLink || dice.chance(0.4) ? `OPP-${100_000 + index}` : null,
    owner: dice.pick(owners),
    orders,
    fate,
  }
}

function drawCompanies(dice: Random): Company[] {
  const first = dice.int(0, 2)
  const roll = dice.next()
  if (roll < 0.68) return [companies[first]!]
  if (roll < 0.92) return [companies[first]!, companies[(first + 1) % 3]!]
  return [...companies]
}

function drawFate(dice: Random): Fate {
  const roll = dice.next()
  if (roll < 0.84) return 'delivered'
  if (roll < 0.89) return 'cancelled'
  if (roll < 0.9) return 'rejected'
  if (roll < 0.945) return 'returned'
  if (roll < 0.965) return 'stuck'
  if (roll < 0.985) return 'held'
  return 'lost'
}

// Customers count their purchase orders on their own: the same number is used by all of them once.
function poOf(customer: Customer, index: number, suffix: string): string {
  const count = 8100 + Math.floor(index / customers.length)
  return Number(customer.number) % 3 === 0
    ? `45${String(count).padStart(8, '0')}${suffix}`
    : `PO-${count}${suffix}`
}

function suffixOf(company: Company, sold: readonly Company[]): string {
  return sold.length === 1 ? '' : `-${company.slice(0, 2).toUpperCase()}`
}

function drawOrder(
  index: number,
  company: Company,
  purchaseOrder: string,
  customer: Customer,
  dice: Random,
): CompanyOrder {
  const lines = drawLines(company, dice)
  const split = dice.chance(0.22) ? (dice.chance(0.2) ? 3 : 2) : 1
  return {
    company,
    number: String(firstNumber[company] + index),
    purchaseOrder,
    lines,
    shipments: drawShipments(index, company, lines, split, customer, dice),
    cents: lines.reduce((sum, line) => sum + line.quantity * line.product.cents, 0),
    currency: currencies[company],
    invoice: String(9_000_000 + index),
  }
}

function drawLines(company: Company, dice: Random): Line[] {
  const offered = products[company]
  const count = Math.min(offered.length, 1 + Math.floor(dice.next() * dice.next() * 6))
  const first = dice.int(0, offered.length - 1)
  return Array.from({ length: count }, (_, at) => {
    const product = offered[(first + at) % offered.length]!
    return {
      number: String(company === 'servers' ? (at + 1) * 10 : at + 1),
      product,
      quantity: product.serial ? dice.int(1, 6) : dice.int(2, 40),
    }
  })
}

function drawShipments(
  index: number,
  company: Company,
  lines: readonly Line[],
  split: number,
  customer: Customer,
  dice: Random,
): Shipment[] {
  const shipped = new Map<string, number>()
  const shipments: Shipment[] = []
  for (let nth = 0; nth < split; nth++) {
    const last = nth === split - 1
    const contents: Shipment['contents'][number][] = []
    for (const line of lines) {
      const before = shipped.get(line.number) ?? 0
      const quantity = last
        ? line.quantity - before
        : Math.ceil((line.quantity - before) * dice.between(0.3, 0.8))
      if (quantity <= 0) continue
      shipped.set(line.number, before + quantity)
      contents.push({
        line,
        quantity,
        shippedToDate: before + quantity,
        serials: serialsOf(index, nth, company, line, quantity),
      })
    }
    if (contents.length > 0)
      shipments.push(drawShipment(index, company, nth, contents, customer, dice))
  }
  return shipments
}

function drawShipment(
  index: number,
  company: Company,
  nth: number,
  contents: Shipment['contents'],
  customer: Customer,
  dice: Random,
): Shipment {
  const grams = contents.reduce((sum, item) => sum + item.quantity * item.line.product.grams, 0)
  const carrier: CarrierName =
    company === 'networking' && grams > 12_000 && customer.city.country === 'US'
      ? 'cascade'
      : 'fedex'
  const code = companies.indexOf(company)
  // Deliveries count four to a deal; like order numbers, companies use the same ones for different deals.
  const serial = (index + firstNumber[company] - firstNumber.servers) * 4 + nth
  const count = Math.min(4, 1 + Math.floor(grams / 60_000))
  return {
    delivery: String(80_000_000 + serial),
    carrier,
    tracking:
      carrier === 'fedex'
        ? String(794_600_000_000 + serial * 3 + code)
        : String(511_000_000 + serial),
    packages: Array.from({ length: count }, (_, box) => sscc(code, serial * 4 + box)),
    contents,
    grams: grams + dice.int(200, 1500),
  }
}

function serialsOf(
  index: number,
  nth: number,
  company: Company,
  line: Line,
  quantity: number,
): string[] {
  if (!line.product.serial) return []
  const letter = company.charAt(0).toUpperCase() + company.charAt(1).toUpperCase()
  return Array.from(
    { length: Math.min(quantity, 3) },
    (_, at) =>
      `${letter}${(index * 4 + nth).toString(36).toUpperCase().padStart(6, '0')}${line.number.padStart(2, '0')}${at}`,
  )
}

/** An SSCC of 18 digits with its GS1 check digit. */
export function sscc(company: number, serial: number): string {
  const digits = `3401${company}${String(serial).padStart(12, '0')}`
  let sum = 0
  for (let at = 0; at < 17; at++) sum += Number(digits[at]) * (at % 2 === 0 ? 3 : 1)
  return digits + String((10 - (sum % 10)) % 10)
}
