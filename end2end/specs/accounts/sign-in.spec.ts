// Signing in and out, and a new password.
import { SignIn } from '../../pages/account'
import { newAccount, newTeam, PASSWORD } from '../../support/account'
import { linkIn } from '../../support/mailbox'
import { expect, expectAccessible, hydrated, open, test } from '../../support/test'

test('a wrong password is told, the right one leads on', async ({ page, another, mailbox, address, expectStatus }) => {
  const email = address('jane')
  const elsewhere = await another()
  await newAccount(elsewhere, mailbox, email)
  const team = await newTeam(elsewhere, 'Chinook Media')

  await page.goto(`${team}/settings/businesses`)
  await expect(page).toHaveURL(/\/sign-in\?next=/)
  await hydrated(page)
  await expectAccessible(page)
  const signIn = new SignIn(page)
  expectStatus(422, '/api/accounts/sign_in')
  await signIn.as(email, 'not the password')
  await expect(page.getByText('Address and password don’t match')).toBeVisible()
  await expect(signIn.email).toHaveValue(email)
  await expectAccessible(page)
  await signIn.as(email, PASSWORD)
  await expect(page).toHaveURL(`${team}/settings/businesses`)
  await expect(page.getByRole('heading', { name: 'Businesses', level: 1 })).toBeVisible()

  await page.getByLabel('Account: Jane Peacock').click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL('/sign-in')
  await page.goto(team)
  await expect(page).toHaveURL(/\/sign-in\?next=/)
})

test('sign in works without JavaScript', async ({ another, mailbox, address }) => {
  const email = address('plain')
  const elsewhere = await another()
  await newAccount(elsewhere, mailbox, email)
  const team = await newTeam(elsewhere, 'Chinook Media')

  const page = await another({ javaScriptEnabled: false })
  await page.goto(team)
  const signIn = new SignIn(page)
  await signIn.as(email, 'not the password')
  await expect(page.getByText('Address and password don’t match')).toBeVisible()
  await expect(signIn.email).toHaveValue(email)
  await expect(signIn.password).toHaveValue('')
  await signIn.as(email, PASSWORD)
  await expect(page).toHaveURL(team)
  await expect(page.getByRole('heading', { name: 'Four steps to your first e-mail' })).toBeVisible()
  await page.getByLabel('Account: Jane Peacock').click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL('/sign-in')
})

test('a new password signs every device out', async ({ page, another, mailbox, address }) => {
  const email = address('forgetful')
  const elsewhere = await another()
  await newAccount(elsewhere, mailbox, email)

  await open(page, '/sign-in')
  await page.getByRole('link', { name: 'Forgot it?' }).click()
  await expect(page.getByRole('heading', { name: 'Choose a new password' })).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('E-mail').fill(email)
  await page.getByRole('button', { name: 'Mail me a link' }).click()
  await expect(page).toHaveURL('/check-mail')

  await open(page, linkIn(await mailbox.waitFor(email, 'new password'), '/reset/'))
  await expectAccessible(page)
  await page.getByLabel('New password').fill('another long secret')
  await page.getByRole('button', { name: 'Save and sign in' }).click()
  await expect(page).toHaveURL('/teams/new')
  await elsewhere.goto('/teams')
  await expect(elsewhere).toHaveURL(/\/sign-in/)
  await hydrated(elsewhere)
  await new SignIn(elsewhere).as(email, 'another long secret')
  await expect(elsewhere).toHaveURL('/teams/new')
})

test('an unknown address gets the same page', async ({ page, mailbox, address }) => {
  const email = address('nobody')
  await open(page, '/forgot')
  await page.getByLabel('E-mail').fill(email)
  await page.getByRole('button', { name: 'Mail me a link' }).click()
  await expect(page).toHaveURL('/check-mail')
  await expect(page.getByText('We mailed a link to the address you gave')).toBeVisible()
  expect(mailbox.untaken(email)).toEqual([])
})
