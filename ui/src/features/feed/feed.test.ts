import { describe, expect, it } from 'vitest'
import { emptyFeed, receive, release, rowsOf } from '#ui/features/feed/feed.ts'
import type { FeedRow, LiveChange } from '#ui/data/contract.ts'

const at = (second: number) => new Date(Date.UTC(2026, 4, 4, 12, 0, second)).toISOString()
const row = (id: string, second: number): FeedRow => ({
  id,
  label: id,
  status: 'ordered',
  companies: ['servers'],
  regions: ['EMEA'],
  updatedAt: at(second),
})
const change = (
  id: string,
  second: number,
  status: LiveChange['status'] = 'shipped',
): LiveChange => ({
  id,
  label: id,
  status,
  companies: ['servers'],
  regions: ['EMEA'],
  at: at(second),
  milestone: 'shipped',
  source: 'servers-sap',
})
const pages = [row('A', 3), row('B', 2), row('C', 1)]
const ids = (rows: readonly FeedRow[]) => rows.map(({ id }) => id).join('')

describe('the live list', () => {
  it('puts a changed order on top and flashes it once', () => {
    const feed = receive(emptyFeed, [change('C', 9)], false)
    expect(ids(rowsOf(pages, feed, {}))).toBe('CAB')
    expect(feed.flashes.get('C')).toBe(1)
  })

  it('moves and changes nothing while it is paused, whatever arrives', () => {
    const feed = receive(
      receive(emptyFeed, [change('C', 9), change('D', 10)], true),
      [change('A', 11)],
      true,
    )
    expect(rowsOf(pages, feed, {})).toEqual(pages)
    expect(feed.waiting.size).toBe(3)
  })

  it('shows after a pause exactly what it would have shown without it', () => {
    const changes = [change('C', 9), change('D', 10), change('C', 12, 'delivered')]
    const paused = release(changes.reduce((feed, each) => receive(feed, [each], true), emptyFeed))
    const live = changes.reduce((feed, each) => receive(feed, [each], false), emptyFeed)
    expect(rowsOf(pages, paused, {})).toEqual(rowsOf(pages, live, {}))
  })

  it('keeps rows in place when further pages are read during a pause', () => {
    const feed = receive(emptyFeed, [change('C', 9)], true)
    expect(ids(rowsOf([...pages, row('Z', 0)], feed, {}))).toBe('ABCZ')
  })

  it('never lets an older change overwrite a newer one', () => {
    const feed = receive(
      receive(emptyFeed, [change('C', 12, 'delivered')], false),
      [change('C', 9)],
      false,
    )
    expect(rowsOf(pages, feed, {})[0]?.status).toBe('delivered')
  })

  it('drops an order that moves out of the filter and takes one in that moves into it', () => {
    const feed = receive(
      emptyFeed,
      [change('A', 9, 'delivered'), change('D', 10, 'ordered')],
      false,
    )
    expect(ids(rowsOf(pages, feed, { status: 'ordered' }))).toBe('DBC')
  })
})
