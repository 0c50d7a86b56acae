/** Canonical field names of orders, lines and shipments, with the label people see. Unknown names are refused by `config check`. */
export const orderFacts = {
  customer: 'Customer',
  customerNumber: 'Customer number',
  tier: 'SLA tier',
  owner: 'Sales owner',
  value: 'Order value',
  currency: 'Currency',
  incoterms: 'Incoterms',
  priority: 'Priority',
  channel: 'Channel',
  shipTo: 'Ship to',
  shipToCountry: 'Ship-to country',
  shipFrom: 'Ship from',
  subject: 'Subject',
  severity: 'Severity',
  product: 'Product',
  orderType: 'Order type',
  deal: 'Deal',
  ticketState: 'Ticket state',
  acknowledgement: 'Acknowledgement',
  invoiceAmount: 'Invoice amount',
  firmware: 'Firmware',
  provisioning: 'Provisioning state',
  note: 'Note',
} as const

/** Facts every company has of its own part of an order: where several companies serve one deal, each is right. */
export const ownFacts: ReadonlySet<string> = new Set([
  'value',
  'currency',
  'customerNumber',
  'orderType',
  'incoterms',
  'priority',
  'invoiceAmount',
  'acknowledgement',
])

export const lineFacts = {
  sku: 'SKU',
  description: 'Description',
  quantity: 'Ordered',
  quantityConfirmed: 'Confirmed',
  quantityShipped: 'Shipped',
  quantityBackordered: 'Back ordered',
  unit: 'Unit',
  price: 'Price',
  lineState: 'State',
  requested: 'Requested',
  promised: 'Promised',
} as const

export const shipmentFacts = {
  carrier: 'Carrier',
  service: 'Service',
  weight: 'Weight',
  pieces: 'Pieces',
  from: 'From',
  to: 'To',
  signedBy: 'Signed by',
  device: 'Device',
  temperature: 'Temperature',
  humidity: 'Humidity',
  latitude: 'Latitude',
  longitude: 'Longitude',
  altitude: 'Altitude',
  speed: 'Speed',
  course: 'Course',
  battery: 'Battery',
  contents: 'Contents',
  actionRequired: 'Action required',
} as const

export type FactName = keyof typeof orderFacts | keyof typeof lineFacts | keyof typeof shipmentFacts
