// From nothing to a team: sign up, open the mail, confirm, create the team.
import { SignUp } from '../../pages/account'
import { newAccount, newTeam, PASSWORD } from '../../support/account'
import { linkIn } from '../../support/mailbox'
import { expect, expectAccessible, hydrated, open, test } from '../../support/test'

test('somebody new gets to a team of their own', async ({ page, mailbox, address, expectStatus }) => {
  const email = address('jane')
  await open(page, '/')
  await page.getByRole('link', { name: 'Create an account' }).first().click()
  await expect(page).toHaveURL('/sign-up')
  const signUp = new SignUp(page)

  expectStatus(422, '/api/accounts/sign_up')
  await signUp.as('Jane Peacock', email, 'short')
  await expect(page.getByText('Use at least 10 characters')).toBeVisible()
  await expect(signUp.password).toBeFocused()
  await expect(signUp.email).toHaveValue(email)
  await expectAccessible(page)

  await signUp.password.fill(PASSWORD)
  await signUp.submit.click()
  await expect(page).toHaveURL('/check-mail')
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible()
  await expectAccessible(page)

  await open(page, linkIn(await mailbox.waitFor(email, 'Verify'), '/verify/'))
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Confirm and go on' }).click()
  await expect(page.getByRole('heading', { name: 'Create your team' })).toBeVisible()
  await expect(page).toHaveURL('/teams/new')
  await expectAccessible(page)

  expectStatus(422, '/api/teams/create')
  await page.getByRole('button', { name: 'Create team' }).click()
  await expect(page.getByText('Fill this in')).toBeVisible()
  await page.getByLabel('Team name').fill('Chinook Media')
  await page.getByRole('button', { name: 'Create team' }).click()
  await expect(page.getByRole('heading', { name: 'Four steps to your first e-mail' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Create new business' })).toBeVisible()
  await expectAccessible(page)

  // The same page as the server renders it.
  await page.reload()
  await hydrated(page)
  await expect(page.getByRole('heading', { name: 'Four steps to your first e-mail' })).toBeVisible()
  await expect(page.getByText('1 of 5 done')).toBeVisible()
})

test('a link that was used says how to go on', async ({ page, another, mailbox, address, expectStatus }) => {
  const email = address('link')
  await open(page, '/sign-up')
  await new SignUp(page).as('Jane Peacock', email, PASSWORD)
  const link = linkIn(await mailbox.waitFor(email, 'Verify'), '/verify/')
  const filter = await another({ javaScriptEnabled: false })
  // What a mail filter does.
  await filter.goto(link)
  await filter.goto(link)

  await open(page, link)
  await page.getByRole('button', { name: 'Confirm and go on' }).click()
  await expect(page).toHaveURL('/teams/new')
  await open(page, link)
  expectStatus(409, '/api/accounts/verify')
  await page.getByRole('button', { name: 'Confirm and go on' }).click()
  await expect(page.getByRole('alert')).toContainText('This link has expired or was used')
  await expectAccessible(page)
})

test('somebody who has not confirmed the address can ask again and leave, nothing else', async ({ page, mailbox, address }) => {
  const email = address('waiting')
  await open(page, '/sign-up')
  await new SignUp(page).as('Jane Peacock', email, PASSWORD)
  await expect(page).toHaveURL('/check-mail')
  await mailbox.waitFor(email, 'Verify')
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click()
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL('/check-mail')
  await expect(page.getByText(email)).toBeVisible()
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Mail the link again' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'A new link is on its way' })).toBeVisible()
  await mailbox.waitFor(email, 'Verify')
  await page.goto('/teams/new')
  await expect(page).toHaveURL('/check-mail')
  await hydrated(page)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL('/sign-in')
})

test('the checklist leads through business and sender', async ({ page, mailbox, address }) => {
  const email = address('steps')
  await newAccount(page, mailbox, email)
  await open(page, await newTeam(page, 'Chinook Media'))
  await page.getByRole('link', { name: 'Create new business' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Music Store')
  await page.getByRole('button', { name: 'Create business' }).click()
  await expect(page.getByRole('heading', { name: 'Music Store', level: 1 })).toBeVisible()

  await page.getByRole('link', { name: /Getting started/ }).click()
  await expect(page.getByRole('heading', { name: 'Three steps to your first e-mail' })).toBeVisible()
  // Without it nothing may leave, so it is named where one begins.
  await expect(page.getByText('has no postal address yet')).toBeVisible()
  const field = page.getByLabel('Send e-mails from')
  await expect(field).toHaveValue(email)
  await page.getByRole('button', { name: 'Mail me the link' }).click()
  await expect(page.getByText('We mailed a link to the address. Open it to go on.')).toBeVisible()
  await expectAccessible(page)
  const home = page.url()
  await open(page, linkIn(await mailbox.waitFor(email, 'Music Store'), '/sender/verify/'))
  await page.getByRole('button', { name: 'Confirm the address' }).click()
  await expect(page.getByRole('heading', { name: 'The address is confirmed' })).toBeVisible()
  await open(page, home)
  await expect(page.getByRole('heading', { name: 'Two steps to your first e-mail' })).toBeVisible()
  await expect(page.getByText('3 of 5 done')).toBeVisible()
})
