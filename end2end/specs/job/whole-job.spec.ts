// The main job from nothing to an answered e-mail, only by clicking and typing; then what colleagues of other roles may and may not.
import type { Page } from '@playwright/test'
import { SignUp } from '../../pages/account'
import { Invitations, Join } from '../../pages/team'
import { PASSWORD } from '../../support/account'
import { SAMPLE_FILE } from '../../support/customers'
import { linkIn } from '../../support/mailbox'
import { expect, expectAccessible, hydrated, open, test } from '../../support/test'

const HELENA = 'hholy@gmail.com'

/** Where the sidebar's link leads, by clicking it. */
async function go(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).click()
}

test('an owner does the whole job, colleagues see what is theirs to see', async ({ page, another, mailbox, address }) => {
  test.slow()
  const [owner, sender, member, viewer] = ['owner', 'sender', 'member', 'viewer'].map(address) as [string, string, string, string]

  await test.step('account and team', async () => {
    await open(page, '/sign-up')
    await new SignUp(page).as('Andrew Adams', owner, PASSWORD)
    await open(page, linkIn(await mailbox.waitFor(owner, 'Verify'), '/verify/'))
    await page.getByRole('button', { name: 'Confirm and go on' }).click()
    await page.getByLabel('Team name').fill('Chinook Media')
    await page.getByRole('button', { name: 'Create team' }).click()
    await expect(page.getByText('1 of 5 done')).toBeVisible()
  })
  const team = new URL(page.url()).pathname

  await test.step('business and sender', async () => {
    await page.getByRole('link', { name: 'Create new business' }).first().click()
    await page.getByLabel('Name', { exact: true }).fill('Music Store')
    await page.getByLabel('Currency').fill('USD')
    await page.getByLabel('What the product is').fill('Music by the track.')
    await page.getByLabel('Postal address').fill('12 Harbour Road, Calgary AB, Canada')
    await page.getByRole('button', { name: 'Create business' }).click()
    const panel = page.getByRole('region', { name: 'Senders' })
    await panel.getByLabel('Name').fill('Andrew Adams')
    await panel.getByLabel('Address').fill(sender)
    await panel.getByRole('button', { name: 'Add sender' }).click()
    const reader = await another()
    await open(reader, linkIn(await mailbox.waitFor(sender, 'Confirm that'), '/sender/verify/'))
    await reader.getByRole('button', { name: 'Confirm the address' }).click()
    await expect(reader.getByRole('heading', { name: 'The address is confirmed' })).toBeVisible()
  })
  const business = `${team}/b/${new URL(page.url()).pathname.split('/').at(-1)!}`

  await test.step('customers from a file', async () => {
    await open(page, `${business}/import`)
    await page.locator('input[type=file]').setInputFiles(SAMPLE_FILE)
    await page.getByRole('button', { name: 'Import 59 customers' }).click()
    await expect(page.getByText('music-store-customers.csv is imported.')).toBeVisible()
    await mailbox.waitFor(owner, 'is imported into Music Store')
    await go(page, 'Customers')
    await expect(page.getByRole('row')).toHaveCount(26)
    await page.getByRole('searchbox', { name: /Search customers/ }).fill('holy')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('row')).toHaveCount(2)
    await page.getByRole('link', { name: 'Helena Holý' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Helena Holý' })).toBeVisible()
  })
  const customer = new URL(page.url()).pathname

  await test.step('persona, draft, e-mail', async () => {
    await page.getByRole('button', { name: 'Analyse, 1 credit' }).click()
    await expect(page.getByTestId('credits-left')).toHaveText('1,999')
    await page.getByLabel('Subject').fill('Seven times thank you, Helena')
    await page.getByRole('button', { name: 'Save draft' }).click()
    await expect(page.getByText('Version 2, edited by Andrew Adams')).toBeVisible()
    await page.getByRole('button', { name: 'Send to Helena' }).click()
    const mail = await mailbox.waitFor(HELENA, 'Seven times thank you')
    expect(mail.from?.value[0]?.address).toBe(sender)
    await open(page, `${business}/outreach?group=sent`)
    await expect(page.getByRole('heading', { name: 'Helena Holý' })).toBeVisible()
  })

  await test.step('reply and timeline', async () => {
    await open(page, customer)
    const form = page.locator('#reply')
    await form.getByLabel('What they wrote').fill('Lovely selection.')
    await form.getByRole('button', { name: 'Log reply' }).click()
    const happened = page.getByRole('region', { name: 'Timeline' })
    await expect(happened).toContainText('Lovely selection')
    await page.reload()
    await hydrated(page)
    for (const words of ['Lovely selection', 'Seven times thank you', 'analysed', 'imported']) {
      await expect(happened).toContainText(words)
    }
    await expectAccessible(page)
  })

  await test.step('colleagues join', async () => {
    await open(page, `${team}/settings/team/invitations`)
    for (const [email, role] of [
      [member, 'Member'],
      [viewer, 'Viewer'],
    ] as const) {
      await new Invitations(page).invite(email, role)
      await expect(new Invitations(page).of(email)).toBeVisible()
    }
  })

  await test.step('a member reads everything and changes nothing that is not theirs', async () => {
    const theirs = await another()
    await open(theirs, linkIn(await mailbox.waitFor(member, 'invites you'), '/join/'))
    await new Join(theirs).as('Jane Peacock', PASSWORD)
    await mailbox.waitFor(owner, 'joined')
    await open(theirs, customer)
    await expect(theirs.getByRole('main').getByText(HELENA).first()).toBeVisible()
    await expect(theirs.getByText('$49.62').first()).toBeVisible()
    await expect(theirs.getByRole('button', { name: /^Analyse/ })).toHaveAttribute('aria-disabled', 'true')
    await expectAccessible(theirs)
  })

  await test.step('a viewer sees no address, no amount and no words', async () => {
    const theirs = await another()
    await open(theirs, linkIn(await mailbox.waitFor(viewer, 'invites you'), '/join/'))
    await new Join(theirs).as('Robert King', PASSWORD)
    await mailbox.waitFor(owner, 'joined')
    for (const path of [customer, `${business}/customers?search=holy`, `${business}/outreach?group=sent`, `${business}/replies`]) {
      await open(theirs, path)
      await expect(theirs.getByText('Helena Holý').first()).toBeVisible()
      const html = await theirs.content()
      for (const secret of [HELENA, '49.62', '4962', 'Seven times thank you', 'Lovely selection']) {
        expect(html, `${path} shows ${secret}`).not.toContain(secret)
      }
      await expectAccessible(theirs)
    }
  })
})
