// A draft leaves by a real mail server, an answer is logged, one click ends further mail.
import type { Page } from '@playwright/test'
import { newAccount, newTeam, post } from '../../support/account'
import { type Business, customerCalled, importSample, newBusiness } from '../../support/customers'
import { linkIn, type Mailbox } from '../../support/mailbox'
import { newSender } from '../../support/sending'
import { expect, expectAccessible, open, test } from '../../support/test'

const HELENA = 'hholy@gmail.com'

/** A business with customers; with a sender it may send. */
async function shop(page: Page, mailbox: Mailbox, address: (name: string) => string, sender = true): Promise<Business> {
  await newAccount(page, mailbox, address('owner'))
  const team = await newTeam(page, 'Chinook Media')
  const business = await newBusiness(page, team, 'Music Store')
  await importSample(page, business)
  if (sender) await newSender(page, mailbox, business.path, address('sender'))
  return business
}

async function drafted(page: Page, business: Business, name: string): Promise<string> {
  const customer = await customerCalled(page, business, name)
  await post(page, 'analysis/analyse', { team: business.team, customer })
  return `${business.path}/customers/${customer}`
}

test('a draft is sent, arrives, and its answer is logged', async ({ page, mailbox, address }) => {
  const business = await shop(page, mailbox, address)
  const customer = await drafted(page, business, 'Helena Holý')
  await open(page, customer)
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Send a test to me' }).click()
  const trial = await mailbox.waitFor(address('owner'), '[Test]')
  expect(trial.from?.value[0]?.address).toBe(address('sender'))
  await expect(page.getByText(`A test is on its way to ${address('owner')}`)).toBeVisible()

  await page.getByRole('button', { name: 'Send to Helena' }).click()
  const mail = await mailbox.waitFor(HELENA, 'Helena')
  // The page tells by itself once it has left.
  await expect(page.getByText('This very text was sent already.')).toBeVisible()
  // What was pressed has gone; the keyboard is where the result stands.
  await expect(page.getByRole('group', { name: 'Sending' })).toBeFocused()
  expect(mail.from?.value[0]).toMatchObject({ name: 'Jane Peacock', address: address('sender') })
  expect(mail.text).toContain('Music Store, ')
  expect(mail.headers.get('list')).toMatchObject({ unsubscribe: { url: linkIn(mail, '/unsubscribe/') } })
  expect(mail.html).toBe(false)

  await open(page, `${business.path}/outreach?group=sent`)
  await expect(page.getByRole('heading', { name: 'Helena Holý' })).toBeVisible()
  await expect(page.getByText('The mail server has taken it.')).toBeVisible()
  await expect(page.getByRole('article', { name: 'E-mail as the recipient sees it' })).toContainText('Helena')
  await expectAccessible(page)

  await open(page, `${customer}#reply`)
  const form = page.locator('#reply')
  await form.getByLabel('What they wrote').fill('Lovely selection. Do you have anything live?')
  await form.getByRole('button', { name: 'Log reply' }).click()
  await expect(page.getByText('The reply was logged')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Timeline' })).toBeFocused()
  const happened = page.getByRole('region', { name: 'Timeline' })
  await expect(happened).toContainText('Lovely selection')
  await expect(happened).toContainText('sent')
  await open(page, `${business.path}/replies`)
  await expect(page.getByText('Lovely selection. Do you have anything live?')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Negative' }).click()
  await expect(page.getByText('No reply of this kind')).toBeVisible()
})

test('one click ends further mail, and the page that GET shows needs no script', async ({ page, another, request, mailbox, address, expectStatus }) => {
  const business = await shop(page, mailbox, address)
  const customer = await drafted(page, business, 'Helena Holý')
  await open(page, customer)
  await page.getByRole('button', { name: 'Send to Helena' }).click()
  const link = linkIn(await mailbox.waitFor(HELENA, 'Helena'), '/unsubscribe/')

  const recipient = await another({ javaScriptEnabled: false })
  await recipient.goto(link)
  await expect(recipient.getByRole('heading', { name: 'No more e-mails from Music Store?' })).toBeVisible()
  await expect(recipient.getByText('h***@gmail.com')).toBeVisible()
  const clicked = await request.post(link, {
    form: { 'List-Unsubscribe': 'One-Click' },
    headers: { origin: 'https://mail.example', 'sec-fetch-site': 'cross-site' },
  })
  expect(clicked.status()).toBe(200)
  await recipient.reload()
  await expect(recipient.getByRole('heading', { name: 'You are unsubscribed' })).toBeVisible()

  const reader = await another()
  await open(reader, link)
  await expectAccessible(reader)
  expectStatus(404, '/unsubscribe/forged')
  await reader.goto('/unsubscribe/forged')

  await page.getByLabel('Subject').fill('One more thing, Helena')
  await page.getByRole('button', { name: 'Save draft' }).click()
  await expect(page.getByText('This address must not be mailed.').first()).toBeVisible()
  await expect(page.getByRole('button', { name: 'Send to Helena' })).toHaveAttribute('aria-disabled', 'true')
})

test('the button of the unsubscribe page works, by keyboard too', async ({ page, another, mailbox, address }) => {
  const business = await shop(page, mailbox, address)
  await open(page, await drafted(page, business, 'Helena Holý'))
  await page.getByRole('button', { name: 'Send to Helena' }).click()
  const link = linkIn(await mailbox.waitFor(HELENA, 'Helena'), '/unsubscribe/')
  const reader = await another()
  await open(reader, link)
  await expectAccessible(reader)
  await reader.getByRole('button', { name: 'Unsubscribe' }).focus()
  await reader.keyboard.press('Enter')
  await expect(reader.getByRole('heading', { name: 'You are unsubscribed' })).toBeVisible()
})

test('what stands in the way is said where one would press', async ({ page, mailbox, address }) => {
  const business = await shop(page, mailbox, address, false)
  await open(page, await drafted(page, business, 'Helena Holý'))
  await expect(page.getByRole('button', { name: 'Send to Helena' })).toHaveAttribute('aria-disabled', 'true')
  await expect(page.getByText('No sender is verified.')).toBeVisible()
  await page.getByRole('main').getByRole('link', { name: 'Open settings' }).click()
  await expect(page.getByRole('heading', { name: 'Senders' })).toBeVisible()
})

test('a queue is reviewed, approved and cancelled', async ({ page, mailbox, address }) => {
  const business = await shop(page, mailbox, address)
  const outreach = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Outreach/ })
  for (const name of ['Helena Holý', 'Richard Cunningham']) {
    await open(page, await drafted(page, business, name))
    await page.getByRole('button', { name: 'Put up for review' }).click()
    await expect(page.getByText('Waits for review.')).toBeVisible()
  }
  await page.getByRole('link', { name: 'Open in Outreach' }).click()
  await expect(page.getByRole('heading', { name: 'Richard Cunningham' })).toBeVisible()
  await expect(page.getByText('Why is it waiting?')).toBeVisible()
  await expect(page.getByText('1 of 2')).toBeVisible()
  await expect(outreach).toHaveText('Outreach2 to review')
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Skip' }).click()
  await expect(page.getByText('2 of 2')).toBeVisible()
  await page.keyboard.press('k')
  await expect(page.getByText('1 of 2')).toBeVisible()
  await page.keyboard.press('j')
  await expect(page.getByRole('heading', { name: 'Helena Holý' })).toBeVisible()

  // Only an approval leads out of review: pausing and resuming would be a way around it.
  await expect(page.getByRole('button', { name: 'Pause', exact: true })).toHaveCount(0)
  await page.getByRole('button', { name: 'Leave out' }).click()
  await expect(page.getByText('Somebody stopped it before it left.')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Helena Holý' })).toBeFocused()
  await expect(outreach).toHaveText('Outreach1 to review')
  await page.getByRole('link', { name: /^Cancelled/ }).click()
  await expect(page.getByRole('region', { name: 'E-mails' })).toContainText('Helena Holý')

  await page.getByRole('link', { name: /^Queue/ }).click()
  await page.getByRole('button', { name: 'Approve and queue' }).click()
  await mailbox.waitFor('ricunningham@hotmail.com', /./)
  await page.getByRole('link', { name: /^Sent/ }).click()
  await expect(page.getByRole('region', { name: 'E-mails' })).toContainText('Richard Cunningham')
  await expect(page.getByText('Limit 1 of 60 this hour, 1 of 500 today')).toBeVisible()
})

test('a review steps from one to the next, by keyboard too, and its text can be changed', async ({ page, mailbox, address }) => {
  const business = await shop(page, mailbox, address)
  for (const name of ['Helena Holý', 'Richard Cunningham', 'Luis Rojas']) {
    await open(page, await drafted(page, business, name))
    await page.getByRole('button', { name: 'Put up for review' }).click()
    await expect(page.getByText('Waits for review.')).toBeVisible()
  }
  await open(page, `${business.path}/outreach`)
  await expect(page.getByRole('heading', { name: 'Luis Rojas' })).toBeVisible()
  await page.keyboard.press('x')
  // Left out; the next one is there, and read out.
  await expect(page.getByRole('heading', { name: 'Richard Cunningham' })).toBeFocused()
  await expect(page.getByText('1 of 2')).toBeVisible()
  await page.keyboard.press('s')
  await expect(page.getByRole('heading', { name: 'Helena Holý' })).toBeVisible()
  await page.keyboard.press('e')
  await page.getByLabel('Subject').fill('A quieter way to listen')
  await page.getByRole('button', { name: 'Save draft' }).click()
  await expect(page.getByText('In review is the text as it was put up.')).toBeVisible()
  await page.getByRole('button', { name: 'Put up the changed text' }).click()
  await expect(page.getByText('In review is the text as it was put up.')).toBeHidden()
  await page.getByRole('link', { name: 'Open in Outreach' }).click()
  const mail = page.getByRole('article', { name: 'E-mail as the recipient sees it' })
  await expect(mail).toContainText('A quieter way to listen')
  await page.keyboard.press('Control+Enter')
  await mailbox.waitFor(HELENA, 'A quieter way to listen')
  expect(mailbox.untaken('luisrojas@yahoo.cl')).toEqual([])
})

test('a list that shows nothing follows what waits elsewhere', async ({ page, mailbox, address }) => {
  const business = await shop(page, mailbox, address)
  const customer = await drafted(page, business, 'Helena Holý')
  mailbox.refuse(HELENA, 450)
  await open(page, customer)
  await page.getByRole('button', { name: 'Send to Helena' }).click()
  const about = { team: business.team, business: business.business }
  type Row = { id: string; wait: string | null }
  const rows = async () => {
    const answer = await page.request.post('/api/outreach/page', { data: { ...about, query: { group: 'waiting' } } })
    return ((await answer.json()) as { sections: { rows: Row[] }[] }).sections.flatMap(({ rows }) => rows)
  }
  await expect.poll(async () => (await rows()).map(({ wait }) => wait)).toEqual(['retry'])
  await open(page, `${business.path}/outreach?group=cancelled`)
  await expect(page.getByText('Nothing was cancelled')).toBeVisible()
  await post(page, 'outreach/act', { team: business.team, outreach: (await rows())[0]!.id, action: 'cancel' })
  await expect(page.getByRole('region', { name: 'E-mails' })).toContainText('Helena Holý')
  mailbox.accept(HELENA)
})

test('a refused e-mail says what the mail server said', async ({ page, mailbox, address }) => {
  const business = await shop(page, mailbox, address)
  await open(page, await drafted(page, business, 'Helena Holý'))
  mailbox.refuse(HELENA)
  await page.getByRole('button', { name: 'Send to Helena' }).click()
  const failed = async () => {
    const { team, business: id } = business
    const answer = await page.request.post('/api/outreach/page', { data: { team, business: id, query: { group: 'failed' } } })
    return ((await answer.json()) as { sections: { rows: unknown[] }[] }).sections.flatMap(({ rows }) => rows).length
  }
  await expect.poll(failed).toBe(1)
  mailbox.accept(HELENA)
  // The panel says so as long as it is on its way, and offers the draft again when it is not.
  await expect(page.getByRole('button', { name: 'Send to Helena' })).toBeVisible()
  await open(page, `${business.path}/outreach?group=failed`)
  await expect(page.getByText('The reason: ')).toBeVisible()
  await expect(page.getByRole('article').first()).toContainText('refused by the test')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Send again' }).click()
  await mailbox.waitFor(HELENA, 'Helena')
})
