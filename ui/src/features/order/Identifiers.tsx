import { identifierTypes } from '#model/identifier.ts'
import { Identifier } from '#ui/design/Copy.tsx'
import { Section } from '#ui/design/Section.tsx'
import { words } from '#ui/words/en.ts'
import type { OrderView } from '#model/view.ts'

/** Every number the order is known by, grouped by who gave it. */
export function Identifiers({ view }: { view: OrderView }) {
  const groups = [...Map.groupBy(view.identifiers, ({ ns }) => ns)]
  return (
    <Section title={words.order.identifiers} note={view.identifiers.length}>
      <div className="idents">
        {groups.map(([ns, identifiers]) => (
          <div key={ns} className="idents-group">
            <h3 className="idents-ns">{words.namespace(ns)}</h3>
            <ul>
              {identifiers.map((each) => (
                <li key={`${each.type} ${each.value}`} className="idents-row">
                  <span className="quiet idents-type ellipsis">
                    {identifierTypes[each.type]?.label ?? each.type}
                  </span>
                  <Identifier value={each.value} max={26} />
                  {each.suspended === true && (
                    <span className="chip chip-tone tone-hazard">{words.order.suspended}</span>
                  )}
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </Section>
  )
}
