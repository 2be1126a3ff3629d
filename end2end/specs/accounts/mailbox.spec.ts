// Without a mail server the first run needs nothing but the mailbox of development.
import { SignUp } from '../../pages/account'
import { PASSWORD } from '../../support/account'
import { expect, expectAccessible, open, test } from '../../support/test'

test.use({ settings: { SMTP__HOST: '' } })

test('the mails of the first run are in the mailbox', async ({ page, address }) => {
  const email = address('jane')
  await open(page, '/sign-up')
  await new SignUp(page).as('Jane Peacock', email, PASSWORD)
  await page.getByRole('link', { name: 'mailbox of development' }).click()
  await expect(page).toHaveURL('/dev/mailbox')
  // The worker writes it a moment later; then the button shows it.
  await expect.poll(async () => (await page.request.post('/api/dev/mailbox', { data: {} })).text()).toContain(email)
  await page.getByRole('button', { name: 'Look again' }).click()
  await expect(page.getByText(`To ${email}`)).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('listitem').filter({ hasText: email }).getByRole('link', { name: /\/verify\// }).click()
  await page.getByRole('button', { name: 'Confirm and go on' }).click()
  await expect(page.getByRole('heading', { name: 'Create your team' })).toBeVisible()
})
