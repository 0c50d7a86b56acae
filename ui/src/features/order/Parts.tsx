import { Identifier } from '#ui/design/Copy.tsx'
import { Section } from '#ui/design/Section.tsx'
import { StatusWord } from '#ui/design/StatusMark.tsx'
import { Moment } from '#ui/design/Time.tsx'
import { Evidence, Value } from '#ui/features/order/Evidence.tsx'
import { sentenceCase, words } from '#ui/words/en.ts'
import { lineFacts, orderFacts } from '#model/facts.ts'
import { identifierTypes } from '#model/identifier.ts'
import type { MilestoneView, OrderView, PartView } from '#model/view.ts'

const newest = (milestones: readonly MilestoneView[], classifier: 'ACT' | 'EST') =>
  milestones
    .filter((each) => each.classifier === classifier)
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))[0]

/** The number of a part as its papers carry it: the key without its kind. */
const numberOf = ({ key }: PartView) => key.slice(key.indexOf(':') + 1)

const quantities = [
  'quantity',
  'quantityConfirmed',
  'quantityShipped',
  'quantityBackordered',
] as const

/** What was ordered, and how far each line is. Columns nobody told anything for are left out. */
export function Lines({ lines }: { lines: readonly PartView[] }) {
  const told = (name: string) => lines.some((line) => line.facts[name] !== undefined)
  const numbers = quantities.filter((name) => name === 'quantity' || told(name))
  const dates = (['requested', 'promised'] as const).filter(told)
  return (
    <Section title={words.order.lines} note={lines.length}>
      {lines.length === 0 ? (
        <p className="soft">{words.order.noLines}</p>
      ) : (
        <div className="table-wrap">
          <table className="table">
            <thead>
              <tr>
                <th>{words.order.line}</th>
                <th>{words.order.item}</th>
                {numbers.map((name) => (
                  <th key={name} className="number">
                    {lineFacts[name]}
                  </th>
                ))}
                {dates.map((name) => (
                  <th key={name}>{lineFacts[name]}</th>
                ))}
                <th>{words.order.statusColumn}</th>
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <tr key={line.key}>
                  <td className="mono nowrap">{numberOf(line)}</td>
                  <td className="cell-item">
                    <span className="mono">
                      <Value view={line.facts['sku']} what={lineFacts.sku} />
                    </span>
                    {line.facts['description'] !== undefined && (
                      <span className="soft cell-more">
                        <Value view={line.facts['description']} what={lineFacts.description} />
                      </span>
                    )}
                  </td>
                  {numbers.map((name) => (
                    <td key={name} className="number">
                      <Value view={line.facts[name]} what={lineFacts[name]} />
                    </td>
                  ))}
                  {dates.map((name) => (
                    <td key={name} className="nowrap">
                      <Value view={line.facts[name]} what={lineFacts[name]} />
                    </td>
                  ))}
                  <td>
                    <PartStatus part={line} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  )
}

/** The parcels under way, with their packages. */
export function Shipments({ view }: { view: OrderView }) {
  const { shipments } = view
  return (
    <Section title={words.order.shipments} note={shipments.length}>
      {shipments.length === 0 ? (
        <p className="soft">{words.order.noShipments}</p>
      ) : (
        <div className="table-wrap">
          <table className="table">
            <thead>
              <tr>
                <th>{words.order.shipment}</th>
                <th>{words.order.carrier}</th>
                <th>{words.order.route}</th>
                <th>{words.order.latest}</th>
                <th>{words.order.estimatedColumn}</th>
                <th>{words.order.statusColumn}</th>
              </tr>
            </thead>
            <tbody>
              {shipments.flatMap((shipment) => [
                <ShipmentRow key={shipment.key} part={shipment} />,
                ...inside(view, shipment).map(({ part, label, quiet }) => (
                  <ShipmentRow
                    key={`${shipment.key} ${part.key}`}
                    part={part}
                    inside={label}
                    quiet={quiet}
                  />
                )),
              ])}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  )
}

type Inside = { readonly part: PartView; readonly label: string; readonly quiet: boolean }

/**
 * Waybills and packages of a shipment, waybills first, each with its own milestones. A package nobody scanned at the
 * door is `quiet` once its shipment arrived: its last scan in the warehouse would read as if it had stayed there.
 */
function inside({ milestones, identifiers }: OrderView, shipment: PartView): readonly Inside[] {
  const arrived = shipment.status === 'delivered' || shipment.status === 'completed'
  return (shipment.packages ?? [])
    .toSorted((a, b) => Number(a.kind === 'package') - Number(b.kind === 'package'))
    .map((each) => {
      const own = milestones.filter(({ part }) => part === each.key)
      const part = own.length > 0 ? { ...each, milestones: own } : each
      const scanned = part.milestones.some(
        ({ milestone, classifier }) => milestone === 'delivered' && classifier === 'ACT',
      )
      const number = numberOf(each)
      const type = identifiers.find(({ value }) => value === number)?.type
      return {
        part,
        label: type === undefined ? sentenceCase(each.kind) : identifierTypes[type].label,
        quiet: arrived && each.kind === 'package' && !scanned,
      }
    })
}

type ShipmentRowProps = { part: PartView; inside?: string; quiet?: boolean }

function ShipmentRow({ part, inside: kind, quiet = false }: ShipmentRowProps) {
  const last = newest(part.milestones, 'ACT')
  const estimate = newest(
    part.milestones.filter(({ milestone }) => milestone === 'delivered'),
    'EST',
  )
  const { carrier, service, to } = part.facts
  const from = part.facts['from'] ?? part.facts['shipFrom']
  return (
    <tr className={kind === undefined ? '' : 'row-inside'}>
      <td className="nowrap">
        <Identifier
          value={(part.packages ?? []).length > 0 ? numberOf(part) : part.label}
          max={22}
        />
      </td>
      <td className="cell-carrier">
        {kind !== undefined ? (
          <span className="quiet nowrap">{kind}</span>
        ) : (
          <>
            <Value view={carrier} what={words.order.carrier} />{' '}
            {service !== undefined && (
              <span className="soft cell-more">
                <Value view={service} what={words.order.carrier} />
              </span>
            )}
          </>
        )}
      </td>
      <td className="nowrap">
        {from === undefined && to === undefined ? (
          <span className="quiet">{kind === undefined ? '–' : ''}</span>
        ) : (
          <>
            {from !== undefined && <Value view={from} what={words.order.route} />}{' '}
            <span className="quiet">→</span> <Value view={to} what={words.order.route} />
          </>
        )}
      </td>
      <td className="nowrap">
        {last === undefined ? (
          <span className="quiet">–</span>
        ) : (
          <Evidence event={last.evidence.event} what={words.order.latest}>
            {words.milestone(last.milestone)}{' '}
            <span className="quiet">
              <Moment at={last.at} />
            </span>
          </Evidence>
        )}
      </td>
      <td className="nowrap">
        {estimate === undefined ? (
          <span className="quiet">–</span>
        ) : (
          <Evidence event={estimate.evidence.event} what={words.order.estimatedColumn}>
            <Moment at={estimate.at} />
          </Evidence>
        )}
      </td>
      <td className="nowrap">
        <PartStatus part={part} quiet={quiet} />
      </td>
    </tr>
  )
}

/** A dash where no source told a status of the part itself. */
function PartStatus({ part, quiet = false }: { part: PartView; quiet?: boolean }) {
  if (quiet || part.status === 'unknown') return <span className="quiet">–</span>
  return (
    <span
      className="part-status"
      title={part.substatus === undefined ? undefined : sentenceCase(part.substatus)}
    >
      <StatusWord status={part.status} />
    </span>
  )
}

/** The order's own facts: who, what, how much. */
export function Facts({ view }: { view: OrderView }) {
  const names = [...new Set([...Object.keys(orderFacts), ...Object.keys(view.facts)])].filter(
    (name) => view.facts[name] !== undefined,
  )
  return (
    <Section title={words.order.facts}>
      <dl className="terms facts">
        {names.map((name) => (
          <div key={name} className="facts-row">
            <dt>{orderFacts[name as keyof typeof orderFacts] ?? sentenceCase(name)}</dt>
            <dd>
              <Value
                view={view.facts[name]}
                what={orderFacts[name as keyof typeof orderFacts] ?? name}
              />{' '}
              {view.facts[name] !== undefined && (
                <span className="facts-source quiet">{view.facts[name].evidence.source}</span>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}
