// Every page of a team that needs no customers: alive, accessible, and readable without JavaScript.
import { newAccount, newTeam, post } from '../../support/account'
import { newBusiness } from '../../support/customers'
import { expect, expectAccessible, open, test } from '../../support/test'

test('the pages of a team are accessible and readable', async ({ page, another, mailbox, address }) => {
  test.slow()
  await newAccount(page, mailbox, address('owner'))
  const team = await newTeam(page, 'Chinook Media')
  const business = await post(page, 'businesses/create', {
    team: team.slice('/t/'.length),
    name: 'Music Store',
    currency: 'USD',
    time_zone: 'Europe/Berlin',
    language: 'en',
    tone: 'friendly',
    call_to_action: 'reply',
  })
  const pages = [
    '',
    '/insights',
    '/settings/team',
    '/settings/team/members',
    '/settings/team/invitations',
    '/settings/team/credits',
    '/settings/team/roles',
    '/settings/team/audit',
    '/settings/businesses',
    '/settings/businesses/new',
  ]
  await open(page, `${team}/settings`)
  await expect(page).toHaveURL(`${team}/settings/team`)
  const plain = await another({ javaScriptEnabled: false, storageState: await page.context().storageState() })
  for (const path of [...pages.map((path) => team + path), business]) {
    await open(page, path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expectAccessible(page)
    await plain.goto(path)
    await expect(plain.getByRole('heading', { level: 1 })).toBeVisible()
  }
})

test('the shortcuts show by a key and by a button, the search on a phone by its own', async ({ page, mailbox, address }) => {
  await newAccount(page, mailbox, address('keys'))
  const { path } = await newBusiness(page, await newTeam(page, 'Chinook Media'), 'Music Store')
  await open(page, `${path}/customers`)
  const shortcuts = page.getByRole('dialog', { name: 'Shortcuts' })
  await page.keyboard.press('?')
  await expect(shortcuts).toContainText('Search customers')
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(shortcuts).toBeHidden()
  await page.getByRole('button', { name: 'Shortcuts' }).click()
  await expect(shortcuts).toBeVisible()
  await page.keyboard.press('Escape')

  await page.setViewportSize({ width: 390, height: 844 })
  await page.getByRole('button', { name: 'Search customers' }).click()
  await expectAccessible(page)
  await page.keyboard.type('helena')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/search=helena/)
})

test('the team fits a small phone', async ({ page, mailbox, address }) => {
  await newAccount(page, mailbox, address('phone'))
  const team = await newTeam(page, 'Chinook Media')
  await page.setViewportSize({ width: 360, height: 740 })
  for (const path of ['', '/settings/team/roles', '/settings/businesses/new']) {
    await open(page, team + path)
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(over, path).toBe(0)
  }
  await page.getByRole('button', { name: 'Open navigation' }).click()
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeHidden()
})
