import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { hero, skip, startPages, type Pages } from './harness.ts'

const path = `/orders/${hero}`

describe('the order page', { skip }, () => {
  let pages: Pages
  before(async () => {
    pages = await startPages()
  })
  after(() => pages.close())

  it('says in one sentence where the order stands', async () => {
    const { tab, problems } = await pages.open(path)
    await tab
      .getByRole('heading', { level: 1, name: /one is held at customs Frankfurt/u })
      .waitFor()
    await tab.getByText('At customs, documents missing').waitFor()
    assert.deepEqual(problems, [])
  })

  it('opens the bytes behind the status with one click, with the source’s words marked', async () => {
    const { tab } = await pages.open(path)
    await tab
      .getByRole('button', { name: 'fedex-tracking says “Clearance delay - Import”' })
      .click()
    await tab.locator('mark', { hasText: 'Clearance delay - Import' }).waitFor()
    await tab.locator('mark', { hasText: '771234567904' }).waitFor()
    assert.match(tab.url(), /evidence=[0-9a-f]{32}/u)
    await tab.keyboard.press('Escape')
    await tab.locator('.drawer').waitFor({ state: 'detached' })
    assert.doesNotMatch(tab.url(), /evidence/u)
  })

  it('shows what was known at an earlier moment and holds it in the URL', async () => {
    const { tab } = await pages.open(path)
    const heading = tab.getByRole('heading', { level: 1 })
    await heading.waitFor()
    await tab.locator('.travel-tick').first().waitFor({ state: 'attached' })
    const now = await heading.textContent()
    for (let step = 0; step < 20; step += 1) await tab.keyboard.press('[')
    await tab.waitForURL(/asOf=/u)
    await tab.waitForFunction((text) => document.querySelector('h1')?.textContent !== text, now)
    const then = await heading.textContent()
    await tab.reload()
    await tab.getByText(then ?? '').waitFor()
    await tab.keyboard.press('n')
    await tab.getByText(now ?? '').waitFor()
  })

  it('shows the same events in lanes and in the list', async () => {
    const { tab } = await pages.open(`${path}?view=lanes`)
    await tab.locator('.event').first().waitFor()
    const marks = await tab.locator('.event').count()
    await tab.keyboard.press('v')
    await tab.locator('.events-item').first().waitFor()
    assert.equal(await tab.locator('.events-item').count(), marks)
  })

  it('lets the keyboard go through the lanes and open the evidence', async () => {
    const { tab } = await pages.open(`${path}?view=lanes`)
    await tab.locator('.event').first().waitFor()
    assert.equal(await tab.locator('.event[tabindex="0"]').count(), 1)
    await tab.locator('.event[tabindex="0"]').focus()
    await tab.keyboard.press('Home')
    await tab.keyboard.press('ArrowRight')
    const label = await tab.evaluate(() => document.activeElement?.getAttribute('aria-label'))
    assert.match(label ?? '', /Ordered, actual/u)
    await tab.keyboard.press('Enter')
    await tab.locator('.bytes').waitFor()
  })

  it('keeps the order when a later read fails, and says so', async () => {
    const { mock, tab } = await pages.open(path)
    await tab.getByRole('heading', { level: 1 }).waitFor()
    await tab.getByText('Live', { exact: true }).waitFor()
    mock.mode.fail = true
    mock.send(mock.world.orders.slice(0, 1))
    await tab.getByText('Showing what was loaded before').waitFor()
    assert.match(
      (await tab.getByRole('heading', { level: 1 }).textContent()) ?? '',
      /customs Frankfurt/u,
    )
  })

  it('gives the problem’s id and another try when nothing could be read', async () => {
    const { mock, tab } = await pages.open('/ledger')
    mock.mode.fail = true
    await tab.goto(mock.url + path)
    await tab.getByText('p-503-7f3a').first().waitFor()
    mock.mode.fail = false
    await tab.getByRole('button', { name: 'Try again' }).first().click()
    await tab.getByRole('heading', { level: 1, name: /customs Frankfurt/u }).waitFor()
  })
})

describe('every page', { skip }, () => {
  let pages: Pages
  before(async () => {
    pages = await startPages()
  })
  after(() => pages.close())

  for (const page of [
    '/',
    path,
    `${path}?view=lanes`,
    '/quarantine',
    '/ledger',
    '/orders/4500017232',
    '/nowhere',
  ]) {
    it(`fits a phone without scrolling sideways: ${page}`, async () => {
      const { tab, problems } = await pages.open(
        page,
        {},
        { viewport: { width: 390, height: 844 }, hasTouch: true },
      )
      await tab.waitForLoadState('networkidle').catch(() => undefined)
      await tab.locator('main :is(h1, h2, .state-title, .feed-row)').first().waitFor()
      const over = await tab.evaluate(() =>
        [document.documentElement, document.querySelector('main')!].map(
          (box) => box.scrollWidth - box.clientWidth,
        ),
      )
      assert.deepEqual(over, [0, 0])
      assert.deepEqual(problems, [])
    })
  }

  it('lets a person replay a quarantined group and see the ledger balance', async () => {
    const { tab } = await pages.open('/quarantine')
    await tab.getByRole('button', { name: 'Replay all 14' }).click()
    await tab.getByRole('button', { name: 'Replay all 14' }).waitFor({ state: 'detached' })
    await tab.keyboard.press('g')
    await tab.keyboard.press('l')
    await tab.getByText('Balanced: nothing was lost').waitFor()
  })
})
