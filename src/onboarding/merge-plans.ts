import type { EventPlan, Plan } from './plan-types.ts'

/** Plans for kinds of records as one: each event asks for its kind, identifiers are of all. */
export function mergedPlans(
  kinds: readonly { readonly plan: Plan; readonly guard: string | null }[],
): Plan {
  const telling = kinds.filter(({ plan }) => plan.blocked.length === 0)
  if (telling.length === 0) return kinds[0]!.plan
  const names = new Map<string, number>()
  const events = telling.flatMap(({ plan, guard }) =>
    plan.events.map((event) => guarded(event, guard, names)),
  )
  const identifiers = telling.flatMap(({ plan }) => plan.identifiers)
  return {
    identifiers: identifiers.filter(
      (one, index) =>
        identifiers.findIndex(({ key, code }) => key === one.key && code === one.code) === index,
    ),
    events,
    statuses: [...new Set(telling.flatMap(({ plan }) => plan.statuses))],
    blocked: [],
  }
}

function guarded(event: EventPlan, guard: string | null, names: Map<string, number>): EventPlan {
  const times = (names.get(event.name) ?? 0) + 1
  names.set(event.name, times)
  const name = times === 1 ? event.name : `${event.name} (${times})`
  if (guard === null) return { ...event, name }
  const when = event.when === null ? guard : `${guard} && ${event.when}`
  return { ...event, name, when }
}
