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
  contents: 'Contents',
  actionRequired: 'Action required',
} as const

export type FactName = keyof typeof orderFacts | keyof typeof lineFacts | keyof typeof shipmentFacts
