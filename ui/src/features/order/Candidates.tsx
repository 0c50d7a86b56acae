import { Link } from '@tanstack/react-router'
import { identifierTypes } from '#model/identifier.ts'
import { StatusWord } from '#ui/design/StatusMark.tsx'
import { words } from '#ui/words/en.ts'
import type { SearchHit } from '#model/view.ts'

/** An identifier that several orders carry: which one is meant? */
export function Candidates({
  identifier,
  candidates,
}: {
  identifier: string
  candidates: readonly SearchHit[]
}) {
  return (
    <div className="order-state-page">
      <div className="state">
        <h1 className="state-title">{words.order.severalTitle}</h1>
        <p className="mono">{identifier}</p>
        <p className="state-text">{words.order.severalHint}</p>
      </div>
      <table className="table">
        <tbody>
          {candidates.map((hit) => (
            <tr key={`${hit.id} ${hit.ns} ${hit.type} ${hit.value}`}>
              <td>
                <Link
                  to="/orders/$id"
                  params={{ id: hit.id }}
                  search={{}}
                  className="evidence mono"
                >
                  {hit.label}
                </Link>
              </td>
              <td>{words.search.why(identifierTypes[hit.type]?.label ?? hit.type, hit.ns)}</td>
              <td>
                <StatusWord status={hit.status} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
