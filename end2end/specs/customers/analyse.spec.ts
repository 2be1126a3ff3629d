// A customer's page: the analysis and its price, the draft and its versions, the credits page.
import { type Page } from '@playwright/test'
import { newAccount, newTeam, post } from '../../support/account'
import { type Business, customerCalled, importSample, newBusiness } from '../../support/customers'
import type { Mailbox } from '../../support/mailbox'
import { expect, expectAccessible, hydrated, open, test } from '../../support/test'

async function shop(page: Page, mailbox: Mailbox, email: string): Promise<Business> {
  await newAccount(page, mailbox, email)
  const team = await newTeam(page, 'Chinook Media')
  const business = await newBusiness(page, team, 'Music Store')
  await importSample(page, business)
  return business
}

async function helena(page: Page, business: Business): Promise<{ customer: string; path: string }> {
  const customer = await customerCalled(page, business, 'Helena Holý')
  return { customer, path: `${business.path}/customers/${customer}` }
}

const left = (page: Page) => page.getByTestId('credits-left')

test('an analysis spends one credit, and everything shows at once', async ({ page, mailbox, address }) => {
  const business = await shop(page, mailbox, address('analyse'))
  const { path } = await helena(page, business)
  await open(page, path)
  await expect(page.getByRole('heading', { level: 1, name: 'Helena Holý' })).toBeVisible()
  await expect(page.getByText('Not analysed yet.')).toBeVisible()
  await expect(left(page)).toHaveText('2,000')
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Analyse, 1 credit' }).click()
  await expect(page.getByText('Champion')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Draft', exact: true })).toBeFocused()
  await expect(left(page)).toHaveText('1,999')
  await expect(page.getByText('Highest spend of 59 customers: $49.62')).toBeVisible()
  await expect(page.getByText('from total spent')).toBeVisible()
  await expect(page.getByLabel('Subject')).toHaveValue('Thank you, Helena')
  const mail = page.getByRole('article', { name: 'E-mail as the recipient sees it' })
  await expect(mail).toContainText('You have bought from us seven times since July 2007')
  await expectAccessible(page)

  // The same page as the server renders it.
  await page.reload()
  await hydrated(page)
  await expect(page.getByRole('button', { name: 'Analyse again, 1 credit' })).toBeVisible()
  await expect(left(page)).toHaveText('1,999')

  await left(page).click()
  await expect(page.getByRole('heading', { name: 'Credits', exact: true })).toBeVisible()
  const newest = page.getByRole('region', { name: 'Credit history' }).getByRole('row').nth(1)
  await expect(newest).toContainText('Analysis')
  await expect(newest).toContainText('Helena Holý')
  await expect(newest).toContainText('−1')
  await expectAccessible(page)
  await newest.getByRole('link', { name: 'Helena Holý' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Helena Holý' })).toBeVisible()
})

test('the preview follows what is typed, and every saved text is kept', async ({ page, mailbox, address }) => {
  const business = await shop(page, mailbox, address('draft'))
  const { customer, path } = await helena(page, business)
  await post(page, 'analysis/analyse', { team: business.team, customer, seen: '' })
  await open(page, path)
  const mail = page.getByRole('article', { name: 'E-mail as the recipient sees it' })
  await page.getByLabel('Text').fill('Hi {{ name }},\n\nseven times!')
  await expect(page.getByText('it would arrive empty')).toBeVisible()
  await page.getByLabel('Text').fill('Hi Helena,\n\nseven times!')
  await expect(mail).toContainText('seven times!')
  await expect(page.getByText('1 claim, with its source: payment count.')).toBeVisible()
  await expect(page.getByText('Not saved yet')).toBeVisible()
  await page.getByRole('button', { name: 'Save draft' }).click()
  await expect(page.getByText('Version 2, edited by Jane Peacock')).toBeVisible()
  await expect(page.getByText('Not saved yet')).toBeHidden()

  await page.getByRole('link', { name: 'Versions' }).click()
  await expect(page.getByRole('heading', { name: 'Versions' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Use this version' }).click()
  await expect(page.getByText('Version 3, edited by Jane Peacock')).toBeVisible()
  await expect(page.getByLabel('Text')).toHaveValue(/You have bought from us seven times/)
})

test('text that is not saved outlives leaving the page', async ({ page, mailbox, address }) => {
  const business = await shop(page, mailbox, address('kept'))
  const { customer, path } = await helena(page, business)
  await post(page, 'analysis/analyse', { team: business.team, customer, seen: '' })
  await open(page, path)
  await page.getByLabel('Subject').fill('Half a thought')
  await page.getByRole('link', { name: 'Customers', exact: true }).last().click()
  await expect(page.getByRole('heading', { level: 1, name: 'Customers' })).toBeVisible()
  await page.goBack()
  await expect(page.getByLabel('Subject')).toHaveValue('Half a thought')
  await expect(page.getByText('Not saved yet')).toBeVisible()
  // Whoever leaves the application is asked.
  const asked = page.waitForEvent('dialog').then(async (dialog) => {
    await dialog.accept()
    return dialog.type()
  })
  await page.reload()
  expect(await asked).toBe('beforeunload')
  await hydrated(page)
  await expect(page.getByLabel('Subject')).toHaveValue('Half a thought')
  await page.getByRole('button', { name: 'Save draft' }).click()
  await expect(page.getByText('Version 2, edited by Jane Peacock')).toBeVisible()
  await page.reload()
  await hydrated(page)
  await expect(page.getByText('Not saved yet')).toBeHidden()
})

test('whoever saves second keeps their text and chooses', async ({ page, mailbox, address, expectStatus }) => {
  const business = await shop(page, mailbox, address('second'))
  const { customer, path } = await helena(page, business)
  await post(page, 'analysis/analyse', { team: business.team, customer, seen: '' })
  await open(page, path)
  await page.getByLabel('Subject').fill('Mine')
  await post(page, 'drafts/save', { team: business.team, customer, version: '1', subject: 'Theirs', body: 'Theirs' })
  expectStatus(409, '/api/drafts/save')
  await page.getByRole('button', { name: 'Save draft' }).click()
  await expect(page.getByText('Jane Peacock saved version 2 meanwhile.')).toBeVisible()
  await expect(page.getByLabel('Subject')).toHaveValue('Mine')
  // Beside the button that was pressed, which keeps the focus.
  await expect(page.getByRole('button', { name: 'Save draft' })).toBeFocused()
  const [said, button] = await Promise.all([page.getByText('saved version 2 meanwhile.'), page.getByRole('button', { name: 'Save draft' })].map((one) => one.boundingBox()))
  expect(Math.abs(said!.y - button!.y)).toBeLessThan(120)
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Keep mine' }).click()
  await page.getByRole('button', { name: 'Save draft' }).click()
  await expect(page.getByText('Version 3, edited by Jane Peacock')).toBeVisible()
  await expect(page.getByLabel('Subject')).toHaveValue('Mine')
})

test('it works without JavaScript', async ({ page, another, mailbox, address }) => {
  const business = await shop(page, mailbox, address('plain'))
  const { path } = await helena(page, business)
  const plain = await another({ javaScriptEnabled: false, storageState: await page.context().storageState() })
  await plain.goto(path)
  await plain.getByRole('button', { name: 'Analyse, 1 credit' }).click()
  await expect(plain.getByText('Champion')).toBeVisible()
  await expect(left(plain)).toHaveText('1,999')
  await plain.getByLabel('Subject').fill('A quieter way to listen')
  await plain.getByRole('button', { name: 'Save draft' }).click()
  await expect(plain.getByText('Version 2, edited by Jane Peacock')).toBeVisible()
  await expect(plain.getByLabel('Subject')).toHaveValue('A quieter way to listen')
})
