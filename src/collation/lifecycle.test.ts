import assert from 'node:assert/strict'
import { test } from 'node:test'
import { milestones, type Milestone } from '#model/milestone.ts'
import { lifecycle, mayFollow, withoutStatus } from './lifecycle.ts'

test('every milestone has its place in the lifecycle, or moves no status', () => {
  for (const milestone of milestones) {
    assert.ok(
      milestone in lifecycle !== withoutStatus.includes(milestone),
      `${milestone} must be in exactly one of the two`,
    )
  }
})

test('every stage can be reached from the start of an order', () => {
  const reached = new Set<Milestone>(['ordered', 'quoted'])
  for (const milestone of reached) for (const next of mayFollow(milestone)) reached.add(next)
  const lost = (Object.keys(lifecycle) as Milestone[]).filter(
    (milestone) => lifecycle[milestone]!.after.length > 0 && !reached.has(milestone),
  )
  assert.deepEqual(lost, [])
})

test('a stage never needs one that ranks above it, but for a refund, which may follow a cancellation', () => {
  for (const [milestone, stage] of Object.entries(lifecycle)) {
    if (milestone === 'refunded') continue
    for (const before of stage.after) {
      const earlier = lifecycle[before]
      if (earlier === undefined) continue
      assert.ok(
        earlier.rank <= stage.rank,
        `${milestone} (${stage.rank}) needs ${before} (${earlier.rank})`,
      )
    }
  }
})
