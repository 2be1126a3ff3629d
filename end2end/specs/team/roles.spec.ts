// What member and viewer see of the team's settings: everything to read, and why they can't change it.
import { newAccount, newTeam } from '../../support/account'
import { idOf, newMember, type Role } from '../../support/team'
import { expect, expectAccessible, open, test } from '../../support/test'

const PAGES = ['team', 'team/members', 'team/roles', 'businesses']

for (const role of ['member', 'viewer'] as Role[]) {
  test(`a ${role} reads the team's settings and sees why they can't invite`, async ({ page, another, mailbox, address }) => {
    const owner = await another()
    await newAccount(owner, mailbox, address('owner'), 'Andrew Adams')
    const team = await newTeam(owner, 'Chinook Media')
    await newMember(page, owner, mailbox, team, address(role), role, 'Jane Peacock')
    for (const path of PAGES) {
      await open(page, `${team}/settings/${path}`)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expectAccessible(page)
      await page.setViewportSize({ width: 360, height: 800 })
      expect(await page.evaluate(() => document.documentElement.scrollWidth), `${path} at 360 px`).toBeLessThanOrEqual(360)
      await page.setViewportSize({ width: 1440, height: 900 })
    }
    const tabs = page.getByRole('navigation', { name: 'Settings' })
    await expect(tabs.getByRole('link', { name: 'Members' })).toBeVisible()
    await expect(tabs.getByRole('link', { name: 'Invitations' })).toHaveCount(0)
    await expect(tabs.getByRole('link', { name: 'Audit log' })).toHaveCount(0)

    await open(page, `${team}/settings/team/members`)
    await expect(page.getByRole('row', { name: /Andrew Adams/ })).toContainText('Owner')
    await expect(page.getByRole('row', { name: /Jane Peacock/ })).toContainText('You')
    const locked = page.getByRole('button', { name: 'Invite member' })
    await expect(locked).toHaveAttribute('aria-disabled', 'true')
    await expect(locked).toHaveAccessibleDescription('You need the right to invite people. Ask an owner or admin.')
    for (const path of ['team/invitations', 'team/audit']) {
      await open(page, `${team}/settings/${path}`)
      await expect(page.getByText('Ask an owner or admin.')).toBeVisible()
      await expectAccessible(page)
    }

    // Whoever goes around the page is refused by the server, and that stands in the log.
    const form = { team: idOf(team), email: address('laura'), role: 'viewer' }
    const answer = await page.request.post('/api/invitations/create', { form, headers: { accept: 'application/json' } })
    expect(answer.status()).toBe(403)
    await open(owner, `${team}/settings/team/audit?kind=denied`)
    await expect(owner.getByRole('row', { name: /Jane Peacock was refused/ })).toHaveCount(1)
    await expect(owner.getByRole('row', { name: /Jane Peacock was refused/ })).toContainText('was refused the right to invite people')
    await expectAccessible(owner)
  })
}

test('the matrix marks the own role and says what each may', async ({ page, mailbox, address }) => {
  await newAccount(page, mailbox, address('owner'), 'Andrew Adams')
  const team = await newTeam(page, 'Chinook Media')
  await open(page, `${team}/settings/team/roles`)
  await expect(page.getByRole('columnheader', { name: 'Owner You' })).toHaveCount(3)
  const invite = page.getByRole('row', { name: /Invite members/ })
  await expect(invite.getByRole('cell')).toHaveText(['Yes', 'Yes', '–No', '–No'])
  await expect(page.getByRole('row', { name: /View customer data/ }).getByRole('cell').last()).toHaveText('Masked')
})
