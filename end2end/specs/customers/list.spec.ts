// The list of customers: search, filters, order and pages in the address, with and without a script; keyboard; who sees what.
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
const names = (page: Page) => page.locator('tbody tr a .font-medium').allTextContents()

test('a business without customers says how to get some', async ({ page, mailbox, address }) => {
  await newAccount(page, mailbox, address('empty'))
  const business = await newBusiness(page, await newTeam(page, 'Chinook Media'), 'Music Store')
  await open(page, `${business.path}/customers`)
  await expect(page.getByRole('heading', { name: 'No customers yet' })).toBeVisible()
  await expect(page.getByRole('main').getByRole('link', { name: 'Import customers' }).first()).toHaveAttribute('href', `${business.path}/import`)
  await expectAccessible(page)
})

test('search, order and pages stand in the address', async ({ page, mailbox, address }) => {
  const business = await shop(page, mailbox, address('list'))
  const path = `${business.path}/customers`
  await open(page, path)
  await expect(page.getByRole('heading', { level: 1, name: 'Customers' })).toBeVisible()
  await expect(rows(page)).toHaveCount(25)
  await expect(rows(page).first()).toContainText('Helena Holý')
  await expect(rows(page).first()).toContainText('$49.62')
  await expect(page.getByRole('columnheader', { name: 'Spent' })).toHaveAttribute('aria-sort', 'descending')
  await expectAccessible(page)
  const first = await names(page)

  await page.getByRole('link', { name: 'Next page' }).click()
  await expect(page).toHaveURL(/cursor=/)
  await expect(rows(page).first()).not.toContainText('Helena Holý')
  await page.getByRole('link', { name: 'Next page' }).click()
  await expect(rows(page)).toHaveCount(9)
  await expect(page.getByRole('button', { name: 'Next page' })).toBeDisabled()
  await page.getByRole('link', { name: 'Previous page' }).click()
  await expect(rows(page)).toHaveCount(25)
  await page.getByRole('link', { name: 'Previous page' }).click()
  await expect(rows(page).first()).toContainText('Helena Holý')
  expect(await names(page)).toEqual(first)

  await page.getByRole('columnheader', { name: 'Customer' }).getByRole('link').click()
  await expect(page).toHaveURL(`${path}?sort=name`)
  await expect(rows(page).first()).toContainText('Aaron Mitchell')
  await page.getByRole('columnheader', { name: 'Customer' }).getByRole('link').click()
  await expect(page).toHaveURL(`${path}?sort=name&dir=desc`)
  await expect(rows(page).first()).toContainText('Wyatt Girard')

  await page.getByRole('searchbox', { name: 'Search in this view' }).fill('hamalainen')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/search=hamalainen/)
  await expect(rows(page)).toHaveCount(1)
  await expect(rows(page).first()).toContainText('Terhi Hämäläinen')
  await page.reload()
  await hydrated(page)
  await expect(rows(page)).toHaveCount(1)

  await page.getByRole('searchbox', { name: 'Search in this view' }).fill('nobody of this name')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'No customer matches' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Show all customers' }).click()
  await expect(page).toHaveURL(path)
  await expect(rows(page)).toHaveCount(25)
})

test('filters are chips that can be taken away', async ({ page, mailbox, address }) => {
  const business = await shop(page, mailbox, address('filter'))
  await open(page, `${business.path}/customers`)
  await page.getByText('Filter', { exact: true }).click()
  await page.getByLabel('Draft').selectOption('none')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Show customers' }).click()
  await expect(page).toHaveURL(/draft=none/)
  await expect(rows(page)).toHaveCount(25)
  await page.getByRole('link', { name: 'Remove filter Draft' }).click()
  await expect(page.getByRole('link', { name: 'Remove filter Draft' })).toBeHidden()
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Ready to send' }).click()
  await expect(page.getByRole('heading', { name: 'No customer matches' })).toBeVisible()
})

test('rows are ticked, counted, and reached by keyboard', async ({ page, mailbox, address }) => {
  const business = await shop(page, mailbox, address('keys'))
  await open(page, `${business.path}/customers`)
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await expect(page.getByText('1 selected')).toBeVisible()
  await expect(rows(page).nth(1)).toHaveClass(/is-selected/)
  await page.getByRole('checkbox', { name: 'Select Helena Holý' }).check()
  await expect(page.getByText('2 selected')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('checkbox', { name: 'Select all 25 on this page' }).check()
  await expect(page.getByText('25 selected')).toBeVisible()
  await page.getByRole('button', { name: 'Clear the selection' }).click()
  await expect(page.getByText('selected', { exact: false }).filter({ hasText: /^\d+ selected$/ })).toHaveCount(0)
  // Letters belong to the field that has the focus.
  const search = page.getByRole('searchbox', { name: 'Search in this view' })
  await search.fill('')
  await search.press('x')
  await expect(search).toHaveValue('x')
  await expect(page.getByText('1 selected')).toBeHidden()
  await search.fill('')
  await search.blur()
  await page.keyboard.press('k')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Helena Holý' })).toBeVisible()
})

test('the list works without a script and on a phone', async ({ page, another, mailbox, address }) => {
  const business = await shop(page, mailbox, address('plain'))
  const storageState = await page.context().storageState()
  const plain = await another({ javaScriptEnabled: false, storageState })
  await plain.goto(`${business.path}/customers`)
  await plain.getByRole('searchbox', { name: 'Search in this view' }).fill('holy')
  await plain.keyboard.press('Enter')
  await expect(plain).toHaveURL(/search=holy/)
  await expect(rows(plain)).toHaveCount(1)
  await plain.getByRole('link', { name: 'Helena Holý' }).click()
  await expect(plain.getByRole('heading', { name: 'Timeline' })).toBeVisible()
  await expect(plain.getByText('imported this customer from music-store-customers.csv')).toBeVisible()

  const phone = await another({ storageState, viewport: { width: 360, height: 740 } })
  await open(phone, `${business.path}/customers`)
  await expect(rows(phone).first()).toContainText('Helena Holý')
  const wider = await phone.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect(wider).toBe(0)
  await expectAccessible(phone)
})
