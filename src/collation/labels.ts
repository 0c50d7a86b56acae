/** How parts of an order are called on screens: `line:10` is "Line 10", `shipment:8000123` is "8000123". */
export function partLabel(key: string): string {
  if (key === '') return 'Order'
  const kind = key.slice(0, key.indexOf(':'))
  const rest = key.slice(key.indexOf(':') + 1)
  return kind === 'line' ? `Line ${rest}` : rest
}
