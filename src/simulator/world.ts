/** The words of the simulated world. */
import type { Identifier } from '#model/identifier.ts'
import type { Instant } from '#model/time.ts'
import type { City, Company, Customer, Product } from './catalog.ts'

export const sourceNames = [
  'servers-sap',
  'storage-csv',
  'storage-cdc',
  'networking-edi',
  'carrier-fedex',
  'carrier-freight-214',
  'crm',
  'tickets',
  'warehouse-scans',
] as const

export type SourceName = (typeof sourceNames)[number]

export type Line = {
  /** Position as people say it: 10, 20 (servers), 1, 2 (the others). */
  readonly number: string
  readonly product: Product
  readonly quantity: number
}

export type CarrierName = 'fedex' | 'cascade'

export type Shipment = {
  readonly delivery: string
  readonly carrier: CarrierName
  readonly tracking: string
  /** One SSCC per package, 18 digits. */
  readonly packages: readonly string[]
  /** Pieces of each line inside, and pieces of it that left with this and earlier shipments. */
  readonly contents: readonly {
    readonly line: Line
    readonly quantity: number
    readonly shippedToDate: number
    readonly serials: readonly string[]
  }[]
  readonly grams: number
}

export type CompanyOrder = {
  readonly company: Company
  readonly number: string
  readonly purchaseOrder: string
  readonly lines: readonly Line[]
  readonly shipments: readonly Shipment[]
  readonly cents: number
  readonly currency: string
  readonly invoice: string
}

/** What a customer wants: orders at one to three companies that belong together. */
export type Deal = {
  readonly index: number
  readonly customer: Customer
  readonly shipTo: City
  readonly opportunity: string | null
  readonly owner: string
  readonly orders: readonly CompanyOrder[]
  readonly fate: Fate
}

/** How the story of a deal ends. */
export type Fate = 'delivered' | 'cancelled' | 'rejected' | 'returned' | 'stuck' | 'held' | 'lost'

/**
 * One system's statement about one thing that happened. `at`: when it reaches the hub; `happened`: when it was true.
 * `essential`: the truth cannot be known without it, so no fault may lose it.
 * `records`: how many records of the source it is.
 * `text` writes them in the source's own words; `control` is the number of its transaction set or document.
 */
export type Telling = {
  readonly source: SourceName
  readonly kind: string
  readonly happened: Instant
  readonly at: Instant
  readonly essential: boolean
  readonly records: number
  readonly late?: true
  readonly wrongClock?: true
  readonly renamed?: true
  readonly text: (control: string) => string
}

export type FinalStatus =
  | 'delivered'
  | 'cancelled'
  | 'rejected'
  | 'returned'
  | 'confirmed'
  | 'on-hold'
  | 'partially-delivered'
  | 'exception'

/** What really became of one parcel or load. Times are null for what never happened. */
export type ShipmentTruth = {
  readonly company: Company
  readonly order: string
  readonly delivery: string
  readonly carrier: CarrierName
  readonly tracking: string
  readonly status: 'delivered' | 'exception'
  readonly shippedAt: Instant
  readonly deliveredAt: Instant | null
  readonly attempts: number
  readonly customsHeld: boolean
  readonly contents: readonly { readonly line: string; readonly quantity: number }[]
}

export type OrderTruth = {
  readonly company: Company
  readonly number: string
  readonly purchaseOrder: string
  readonly orderedAt: Instant
  readonly lines: readonly {
    readonly number: string
    readonly sku: string
    readonly quantity: number
  }[]
}

export type HoldTruth = {
  readonly kind: 'credit' | 'customs'
  readonly placedAt: Instant
  readonly releasedAt: Instant | null
}

/** The truth of one golden order: what the hub must find out once every essential message is in. */
export type DealTruth = {
  readonly index: number
  /** Every linking identifier that belongs to this golden order and no other. */
  readonly identifiers: readonly Identifier[]
  readonly status: FinalStatus
  readonly cancelled: boolean
  readonly returned: boolean
  readonly orders: readonly OrderTruth[]
  readonly shipments: readonly ShipmentTruth[]
  readonly holds: readonly HoldTruth[]
}
