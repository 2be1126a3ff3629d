// A customer's page: another e-mail, the persona in another language, edits by hand.
import { type Page } from '@playwright/test'
import { newAccount, newTeam, post } from '../../support/account'
import { type Business, customerCalled, importSample, newBusiness } from '../../support/customers'
import type { Mailbox } from '../../support/mailbox'
import { expect, expectAccessible, hydrated, open, test } from '../../support/test'

type Opened = { business: Business; customer: string; path: string }

/** Helena, analysed. */
async function helena(page: Page, mailbox: Mailbox, email: string): Promise<Opened> {
  await newAccount(page, mailbox, email)
  const team = await newTeam(page, 'Chinook Media')
  const business = await newBusiness(page, team, 'Music Store')
  await importSample(page, business)
  const customer = await customerCalled(page, business, 'Helena Holý')
  await post(page, 'analysis/analyse', { team: business.team, customer, seen: '' })
  return { business, customer, path: `${business.path}/customers/${customer}` }
}

const left = (page: Page) => page.getByTestId('credits-left')
const regenerate = (page: Page) => page.getByRole('button', { name: 'Regenerate 1 credit' })

test('another e-mail takes the place of the draft, and what was typed can be kept', async ({ page, mailbox, address }) => {
  const { path } = await helena(page, mailbox, address('regenerate'))
  await open(page, path)
  await expect(left(page)).toHaveText('1,999')
  await expectAccessible(page)
  await regenerate(page).click()
  await expect(page.getByText('Version 2, edited by Jane Peacock')).toBeVisible()
  await expect(page.getByLabel('Subject')).toHaveValue('A short question, Helena')
  await expect(left(page)).toHaveText('1,998')
  await expect(page.getByText('had another e-mail written')).toBeVisible()

  await page.getByLabel('Subject').fill('Mine')
  await page.getByLabel('Tone').selectOption('Formal')
  await regenerate(page).click()
  await expect(page.getByText('Jane Peacock saved version 3 meanwhile.')).toBeVisible()
  await expect(page.getByLabel('Subject')).toHaveValue('Mine')
  await page.getByRole('button', { name: 'Take version 3' }).click()
  await expect(page.getByLabel('Text')).toHaveValue(/^Dear Helena Holý,/)

  await page.getByRole('link', { name: 'Versions' }).click()
  await page.getByRole('listitem').filter({ hasText: 'Version 1' }).getByRole('button', { name: 'Use this version' }).click()
  await expect(page.getByLabel('Subject')).toHaveValue('Thank you, Helena')
})

test('whoever presses second is shown what there is', async ({ page, mailbox, address, expectStatus }) => {
  const { business, customer, path } = await helena(page, mailbox, address('second-letter'))
  await open(page, path)
  await post(page, 'drafts/regenerate', { team: business.team, customer, seen: '1', tone: '' })
  expectStatus(409, '/api/drafts/regenerate')
  await regenerate(page).click()
  await expect(page.getByText('Somebody changed this draft meanwhile. Nothing was spent')).toBeVisible()
  await expect(page.getByLabel('Subject')).toHaveValue('A short question, Helena')
  await expect(left(page)).toHaveText('1,998')
})

test('the persona in another language costs once', async ({ page, mailbox, address }) => {
  const { path } = await helena(page, mailbox, address('languages'))
  await open(page, path)
  const persona = page.getByRole('complementary', { name: 'Persona and facts' })
  await persona.getByText('English', { exact: true }).first().click()
  await expect(persona.getByRole('button', { name: 'Deutsch 1 credit' })).toBeVisible()
  await expectAccessible(page)
  await persona.getByRole('button', { name: 'Deutsch 1 credit' }).click()
  await expect(persona.getByText('Gibt mehr aus als die meisten')).toBeVisible()
  await expect(page).toHaveURL(/language=de/)
  await expect(left(page)).toHaveText('1,998')
  await persona.getByText('Deutsch', { exact: true }).first().click()
  await persona.getByRole('link', { name: 'English' }).click()
  await expect(persona.getByText('Spends more than most customers')).toBeVisible()
  await page.reload()
  await hydrated(page)
  await expect(left(page)).toHaveText('1,998')
})

test('fields and analysis are edited by hand, and the generated comes back', async ({ page, mailbox, address }) => {
  const { path } = await helena(page, mailbox, address('edit'))
  await open(page, path)
  await page.getByRole('link', { name: 'Edit', exact: true }).click()
  const fields = page.getByRole('region', { name: 'Edit the customer' })
  await fields.getByLabel('Company').fill('Rudolfinum')
  await fields.getByLabel('Tags').fill('opera, vip')
  await fields.getByLabel('Notes').fill('Called on Monday')
  await expectAccessible(page)
  await fields.getByRole('button', { name: 'Save' }).click()
  await expect(fields).toBeHidden()
  await expect(page.getByText('company, notes, tags changed')).toBeVisible()
  await expect(page.getByText('Called on Monday')).toBeVisible()

  await page.getByRole('link', { name: 'Edit', exact: true }).click()
  const analysis = page.getByRole('region', { name: 'Edit the analysis' })
  await analysis.getByLabel('Summary').fill('Buys for a whole orchestra.')
  await analysis.getByLabel('Segment').selectOption('Loyal')
  await analysis.getByRole('button', { name: 'Save' }).click()
  await expect(analysis).toBeHidden()
  const persona = page.getByRole('complementary', { name: 'Persona and facts' })
  await expect(persona.getByText('Buys for a whole orchestra.')).toBeVisible()
  await expect(persona.getByText('Loyal')).toBeVisible()
  await page.getByRole('link', { name: 'Edit', exact: true }).click()
  await analysis.getByRole('button', { name: 'Back to the generated' }).click()
  await expect(persona.getByText('Champion')).toBeVisible()
})

test('whoever saves fields second keeps what they typed and chooses', async ({ page, mailbox, address, expectStatus }) => {
  const { business, customer, path } = await helena(page, mailbox, address('edit-second'))
  await open(page, `${path}?edit=1`)
  const fields = page.getByRole('region', { name: 'Edit the customer' })
  await fields.getByLabel('Company').fill('Mine')
  const seen = await fields.locator('input[name=seen]').inputValue()
  await post(page, 'customers/save', { team: business.team, customer, seen, name: 'Helena Holý', company: 'Theirs' })
  expectStatus(409, '/api/customers/save')
  await fields.getByRole('button', { name: 'Save' }).click()
  await expect(fields.getByText('Somebody changed this meanwhile.')).toBeVisible()
  await expect(fields.getByText('Now: Helena Holý · Theirs')).toBeVisible()
  await expect(fields.getByLabel('Company')).toHaveValue('Mine')
  await fields.getByRole('button', { name: 'Keep mine' }).click()
  await fields.getByRole('button', { name: 'Save' }).click()
  await expect(fields).toBeHidden()
  await expect(page.getByText('Mine', { exact: true }).first()).toBeVisible()
})

test('all of it works without JavaScript', async ({ page, another, mailbox, address }) => {
  const { path } = await helena(page, mailbox, address('plain-persona'))
  const plain = await another({ javaScriptEnabled: false, storageState: await page.context().storageState() })
  await plain.goto(path)
  await plain.getByRole('button', { name: 'Regenerate 1 credit' }).click()
  await expect(plain.getByText('Version 2, edited by Jane Peacock')).toBeVisible()
  await plain.getByRole('complementary').getByText('English', { exact: true }).first().click()
  await plain.getByRole('button', { name: 'Español 1 credit' }).click()
  await expect(plain).toHaveURL(/language=es/)
  await expect(left(plain)).toHaveText('1,997')
  await plain.getByRole('link', { name: 'Edit', exact: true }).click()
  const fields = plain.getByRole('region', { name: 'Edit the customer' })
  await fields.getByLabel('Country').fill('Czech Republic')
  await fields.getByRole('button', { name: 'Save' }).click()
  await expect(plain.getByText('Czech Republic').first()).toBeVisible()
  await expect(fields).toBeHidden()
})
