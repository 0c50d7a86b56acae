import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { hero, skip, startPages, type Pages } from './harness.ts'

const labels = (tab: Page) =>
  tab.locator('.feed-row').evaluateAll((rows) =>
    rows
      .map(
        (row) =>
          [
            Number(/\((.*)px/u.exec((row as HTMLElement).style.transform)?.[1]),
            row.querySelector('.feed-label')?.textContent ?? '',
          ] as const,
      )
      .toSorted(([a], [b]) => a - b)
      .map(([, label]) => label),
  )
const live = async (tab: Page) => {
  await tab.getByText('Following live').waitFor()
  await tab.locator('.feed-row').first().waitFor()
}

describe('the live list', { skip }, () => {
  let pages: Pages
  before(async () => {
    pages = await startPages()
  })
  after(() => pages.close())

  it('brings an order that moves to the top, without asking', async () => {
    const { mock, tab, problems } = await pages.open('/')
    await live(tab)
    const order = mock.world.orders.findLast(({ events, way }) => events.length < way.length)!
    mock.move(order, Date.now())
    await tab.waitForFunction(
      (label) =>
        [...document.querySelectorAll('.feed-row')].some(
          (row) =>
            (row as HTMLElement).style.transform === 'translateY(0px)' &&
            row.textContent.includes(label),
        ),
      order.label,
    )
    assert.deepEqual(problems, [])
  })

  it('moves nothing while the pointer is over it, and shows everything that waited afterwards', async () => {
    const { mock, tab } = await pages.open('/')
    await live(tab)
    await tab.mouse.move(700, 400)
    await tab.getByText('the pointer is over the list').waitFor()
    const before = await labels(tab)
    const moved = mock.world.orders
      .filter(({ events, way }) => events.length < way.length)
      .slice(-3)
    for (const order of moved) mock.move(order, Date.now())
    await tab.getByRole('button', { name: '3 changes wait' }).waitFor()
    assert.deepEqual(await labels(tab), before)
    await tab.mouse.move(700, 20)
    await live(tab)
    await tab.locator('.feed-flash').first().waitFor({ state: 'attached' })
    assert.deepEqual(
      new Set((await labels(tab)).slice(0, 3)),
      new Set(moved.map(({ label }) => label)),
    )
  })

  it('goes down with j, up with k and opens with Enter', async () => {
    const { tab } = await pages.open('/')
    await live(tab)
    for (const key of ['j', 'j', 'j', 'k']) await tab.keyboard.press(key)
    assert.equal(
      await tab.evaluate(() => (document.activeElement as HTMLElement).dataset['row']),
      '1',
    )
    await tab.keyboard.press('Enter')
    await tab.waitForURL('**/orders/G-*')
  })

  it('keeps the filter in the URL and can be filtered by it', async () => {
    const { tab } = await pages.open('/')
    await tab.getByRole('button', { name: /^Delivered/u }).click()
    await tab.waitForURL('**/?status=delivered')
    await tab.waitForFunction(() =>
      [...document.querySelectorAll('.feed-status')].every(
        (cell) => cell.textContent === 'Delivered',
      ),
    )
  })

  it('draws a handful of ten thousand rows', async () => {
    const { tab } = await pages.open('/', { orders: 10_000 })
    await live(tab)
    for (let page = 0; page < 6; page += 1) {
      const count = await tab.locator('.feed-count').textContent()
      await tab
        .locator('.feed-scroller')
        .evaluate((list) => list.scrollTo({ top: list.scrollHeight }))
      await tab.waitForFunction(
        (before) => document.querySelector('.feed-count')?.textContent !== before,
        count,
      )
    }
    assert.ok((await tab.locator('.feed-row').count()) < 80)
  })

  it('keeps what it shows when the hub goes away, says so, and catches up', async () => {
    const { mock, tab } = await pages.open('/')
    await live(tab)
    mock.mode.down = true
    mock.drop()
    await tab.getByText('The live connection is down').waitFor()
    assert.ok((await tab.locator('.feed-row').count()) > 10)
    const order = mock.world.orders.findLast(({ events, way }) => events.length < way.length)!
    mock.move(order, Date.now())
    mock.mode.down = false
    await tab.getByRole('button', { name: 'Try now' }).click()
    await tab.locator('.feed-label', { hasText: order.label }).first().waitFor()
  })

  it('says how to get in when the hub answers 401', async () => {
    const { mock, tab } = await pages.open('/', { denied: true })
    await tab.getByText('one-time link').waitFor()
    mock.mode.denied = false
    await tab.getByRole('button', { name: 'I have opened it' }).click()
    await tab.locator('.feed-row').first().waitFor()
  })
})

describe('the search box', { skip }, () => {
  let pages: Pages
  before(async () => {
    pages = await startPages()
  })
  after(() => pages.close())

  it('finds any identifier by its beginning and says why it matched', async () => {
    const { tab } = await pages.open('/')
    await tab.locator('.feed-row').first().waitFor()
    await tab.keyboard.press('/')
    await tab.keyboard.type('77123456')
    const option = tab.getByRole('option').first()
    await option.getByText('AWB / tracking at fedex').waitFor()
    await tab.keyboard.press('Enter')
    await tab.waitForURL(`**/orders/${hero}`)
  })

  it('goes straight to the order of a pasted identifier', async () => {
    const { tab } = await pages.open(
      '/',
      {},
      { permissions: ['clipboard-read', 'clipboard-write'] },
    )
    await tab.locator('.feed-row').first().waitFor()
    await tab.evaluate(() => navigator.clipboard.writeText('771234567904'))
    await tab.keyboard.press('Control+k')
    await tab.keyboard.press('Control+v')
    await tab.waitForURL(`**/orders/${hero}`)
  })

  it('asks which order is meant, and says when nothing is known', async () => {
    const { tab } = await pages.open('/orders/4500017232')
    await tab.getByText('More than one order carries this identifier').waitFor()
    await tab.keyboard.press('/')
    await tab.keyboard.type('NOSUCH')
    await tab.getByText('No identifier begins with “NOSUCH”').waitFor()
  })
})
