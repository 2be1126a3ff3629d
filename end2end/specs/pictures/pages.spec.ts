// Every page with a team's data in it, as somebody sees it: 1440 and 390 px wide, light and dark. Nothing sticks out sideways, nothing
// breaks; the pictures land in PICTURES (target/pictures), where they can be laid beside the design. The README's are taken from there.
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { SignIn } from '../../pages/account'
import type { Server } from '../../support/server'
import { expect, expectAccessible, open, test } from '../../support/test'

const FOLDER = process.env.PICTURES ?? join(__dirname, '../../../target/pictures')

type Seeded = {
  team: { id: string; name: string }
  businesses: { id: string; name: string }[]
  users: { role: string; email: string; password: string }[]
}

const seed = async (server: Server): Promise<Seeded> => JSON.parse(await server.run('seed', '--json')) as Seeded

async function signIn(page: Page, { users }: Seeded, role: string): Promise<void> {
  const { email, password } = users.find((user) => user.role === role)!
  await open(page, '/sign-in')
  await new SignIn(page).as(email, password)
  await page.waitForURL(/\/(t\/|teams)/)
}

/** The page's picture in four variants; `name` is the design's where it has one. */
async function pictures(page: Page, name: string, path: string): Promise<void> {
  for (const [width, height, suffix] of [
    [1440, 900, ''],
    [390, 844, '-390'],
  ] as const) {
    await page.setViewportSize({ width, height })
    await open(page, path)
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    expect(sideways, `${path} can be scrolled sideways at ${width} px`).toBe(0)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.screenshot({ path: join(FOLDER, `${name}-${colorScheme}${suffix}.png`) })
    }
    await page.emulateMedia({ colorScheme: null })
  }
  // On the phone: the other specs ask at the desk.
  await expectAccessible(page)
}

test('what a stranger sees', async ({ page }) => {
  test.slow()
  for (const [name, path] of [
    ['home', '/'],
    ['pricing', '/pricing'],
    ['signin', '/sign-in'],
    ['sign-up', '/sign-up'],
  ] as const) {
    await pictures(page, name, path)
  }
})

test('what the owner of a team sees of a business', async ({ page, server }) => {
  test.slow()
  const seeded = await seed(server)
  await signIn(page, seeded, 'owner')
  const team = `/t/${seeded.team.id}`
  const business = `${team}/b/${seeded.businesses[0]!.id}`
  await open(page, `${business}/customers`)
  // The first of the list has spent most: its page shows everything.
  const customer = await page.locator('a[href*="/customers/"]').first().getAttribute('href')
  for (const [name, path] of [
    ['start', team],
    ['customers', `${business}/customers`],
    ['customer', customer!],
    ['import', `${business}/import`],
    ['outreach', `${business}/outreach`],
    ['outreach-sent', `${business}/outreach?group=sent`],
    ['replies', `${business}/replies`],
    ['insights', `${team}/insights`],
  ] as const) {
    await pictures(page, name, path)
  }
})

test('what the owner of a team sees of the settings', async ({ page, server }) => {
  test.slow()
  const seeded = await seed(server)
  await signIn(page, seeded, 'owner')
  const settings = `/t/${seeded.team.id}/settings`
  for (const [name, path] of [
    ['team', '/team'],
    ['members', '/team/members'],
    ['invitations', '/team/invitations'],
    ['credits', '/team/credits'],
    ['roles', '/team/roles'],
    ['audit', '/team/audit'],
    ['businesses', '/businesses'],
    ['business', `/businesses/${seeded.businesses[0]!.id}`],
    ['new-business', '/businesses/new'],
  ] as const) {
    await pictures(page, name, settings + path)
  }
})

test('what a viewer of it sees', async ({ page, server }) => {
  test.slow()
  const seeded = await seed(server)
  await signIn(page, seeded, 'viewer')
  const business = `/t/${seeded.team.id}/b/${seeded.businesses[0]!.id}`
  await open(page, `${business}/customers`)
  const customer = await page.locator('a[href*="/customers/"]').first().getAttribute('href')
  for (const [name, path] of [
    ['viewer-customers', `${business}/customers`],
    ['viewer-customer', customer!],
  ] as const) {
    await pictures(page, name, path)
  }
})
