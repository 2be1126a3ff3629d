// Many customers at once: export, quote, analysis with a progress that survives a reload, deletion and the way back.
import { readFileSync } from 'node:fs'
import { type Page } from '@playwright/test'
import { newAccount, newTeam } from '../../support/account'
import { type Business, importSample, newBusiness } from '../../support/customers'
import type { Mailbox } from '../../support/mailbox'
import { expect, expectAccessible, hydrated, open, test } from '../../support/test'

async function shop(page: Page, mailbox: Mailbox, email: string): Promise<Business> {
  await newAccount(page, mailbox, email)
  const team = await newTeam(page, 'Chinook Media')
  const business = await newBusiness(page, team, 'Music Store')
  await importSample(page, business)
  return business
}

const rows = (page: Page) => page.locator('tbody tr')

async function saved(page: Page, link: ReturnType<Page['getByRole']>): Promise<string[]> {
  const [file] = await Promise.all([page.waitForEvent('download'), link.click()])
  expect(file.suggestedFilename()).toMatch(/^Music Store customers \d{4}-\d\d-\d\d\.csv$/)
  return readFileSync(await file.path(), 'utf8').trim().split('\r\n')
}

test('the list is exported as it is filtered and as it is ticked', async ({ page, mailbox, address }) => {
  const business = await shop(page, mailbox, address('export'))
  await open(page, `${business.path}/customers`)
  const all = await saved(page, page.getByRole('link', { name: 'Export CSV' }))
  expect(all).toHaveLength(60)
  await open(page, `${business.path}/customers?search=holy`)
  const found = await saved(page, page.getByRole('link', { name: 'Export CSV' }))
  expect(found).toHaveLength(2)
  expect(found[1]).toContain('Helena Holý')
  await open(page, `${business.path}/customers`)
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  const ticked = await saved(page, page.getByRole('status').getByRole('link', { name: 'Export CSV' }))
  expect(ticked).toHaveLength(2)
})

test('all that match are analysed for what was quoted', async ({ page, mailbox, address }) => {
  const business = await shop(page, mailbox, address('batch'))
  await open(page, `${business.path}/customers`)
  await page.getByRole('checkbox', { name: 'Select all 25 on this page' }).check()
  await page.getByRole('button', { name: 'Select all 59' }).click()
  await expect(page.getByText('59 selected')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Analyse' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Analyse 59 customers?' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Analyse 59 customers, 59 credits' }).click()
  await expect(page).toHaveURL(/batches\/[0-9a-f-]{36}$/)
  await page.reload()
  await hydrated(page)
  await expect(page.getByText('59 of 59 customers analysed.')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'See customers' }).click()
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Ready to send' }).click()
  await expect(rows(page)).toHaveCount(25)
  await open(page, `${business.path}/batches/new?action=analyse`)
  await expect(page.getByRole('heading', { level: 1, name: 'Nothing to analyse' })).toBeVisible()
  await expect(page.getByText('59 analysed already')).toBeVisible()
})

test('customers are deleted and restored', async ({ page, another, mailbox, address }) => {
  const business = await shop(page, mailbox, address('delete'))
  await open(page, `${business.path}/customers`)
  await page.getByRole('checkbox', { name: 'Select Helena Holý' }).check()
  await page.getByRole('checkbox', { name: 'Select Richard Cunningham' }).check()
  await page.getByRole('link', { name: 'Delete' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Delete 2 customers?' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Delete 2 customers' }).click()
  await expect(page.getByText('2 of 2 customers deleted.')).toBeVisible()
  await page.getByRole('link', { name: 'See customers' }).click()
  await expect(rows(page).first()).not.toContainText('Helena Holý')

  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Deleted' }).click()
  await expect(rows(page)).toHaveCount(2)
  await expectAccessible(page)
  await rows(page).filter({ hasText: 'Helena Holý' }).getByRole('button', { name: 'Restore' }).click()
  await expect(rows(page)).toHaveCount(1)
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'All' }).click()
  await expect(rows(page).first()).toContainText('Helena Holý')

  // One alone, without a script.
  const plain = await another({ javaScriptEnabled: false, storageState: await page.context().storageState() })
  await plain.goto(`${business.path}/customers?search=holy`)
  await plain.getByRole('link', { name: 'Helena Holý' }).click()
  await plain.locator('summary').filter({ hasText: 'Delete' }).click()
  await plain.getByRole('button', { name: 'Delete this customer' }).click()
  await expect(plain).toHaveURL(`${business.path}/customers`)
  await plain.goto(`${business.path}/customers?deleted=true`)
  await expect(rows(plain)).toHaveCount(2)
})
