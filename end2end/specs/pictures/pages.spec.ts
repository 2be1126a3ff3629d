// Every page with a team's data in it, as somebody sees it: 1440 and 390 px wide, light and dark. Nothing sticks out sideways, nothing
// breaks; the pictures land in PICTURES (target/pictures), where they can be laid beside the design. The README's are taken from there.
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { SignIn } from '../../pages/account'
import { newAccount, newTeam, post } from '../../support/account'
import { newBusiness } from '../../support/customers'
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
async function pictures(page: Page, name: string, path: string, except: string[] = []): Promise<void> {
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
      await page.screenshot({ path: join(FOLDER, `${name}-${colorScheme}${suffix}.png`), fullPage: process.env.WHOLE === 'true' })
    }
    await page.emulateMedia({ colorScheme: null })
  }
  // On the phone: the other specs ask at the desk.
  await expectAccessible(page, except)
}

/** Puts the customer's draft up for review. */
async function putUp(page: Page, team: string, business: string, link: string): Promise<void> {
  const about = { team: team.split('/')[2]!, business: business.split('/')[4]!, customer: link.split('/').at(-1)! }
  const answer = await page.request.post('/api/outreach/options', { data: about })
  const { senders, version } = (await answer.json()) as { senders: { id: string }[]; version: number }
  await post(page, 'outreach/send', { ...about, sender: senders[0]!.id, version: String(version), review: 'true' })
}

/** The address of an import that waits to be started. */
async function preview(page: Page, business: string): Promise<string> {
  await open(page, `${business}/import`)
  const rows = [
    'customer_email,full name,amount paid,orders,created at,last order,seat_pref',
    'fralston@gmail.com,Frank Ralston,$130.86,14,2023-03-10,2026-08-07,Balcony',
    'luisg@embraer.com.br,Luís Gonçalves,$118.86,14,2023-03-10,2026-08-07,Balcony',
    'KACHASE@HOTMAIL.COM,Kathy Chase,$112.86,12,2023-03-10,2026-08-07,Stalls',
    'emma_jones@hotmail.com,Emma Jones,$64.00,6,2024-03-10,2026-08-07,Stalls',
    'kachase@hotmail.com,Kathy Chase,$12.00,1,2024-03-10,2026-08-07,Stalls',
    'phil.hughes@gmail,Phil Hughes,$37.62,7,2023-03-10,2026-08-07,Balcony',
    'mark.taylor@yahoo.au,Mark Taylor,"12,50,00",7,2023-03-10,2026-08-07,Balcony',
  ]
  const file = { name: 'ticket-shop-2027-01.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.join('\n')) }
  await page.locator('input[type=file]').setInputFiles(file)
  await page.waitForURL(/\/import\/.+/)
  await expect(page.getByRole('heading', { name: 'Preview' })).toBeVisible()
  return new URL(page.url()).pathname
}

test('what somebody new sees', async ({ page, mailbox, address }) => {
  await newAccount(page, mailbox, address('new'))
  const team = await newTeam(page, 'Chinook Media')
  await newBusiness(page, team, 'Music Store')
  await pictures(page, 'empty', team)
})

test('every component', async ({ page }) => {
  // Both themes stand side by side.
  await pictures(page, 'gallery', '/dev/gallery', ['landmark-unique'])
})

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
  const links = page.locator('tr:has(:text("Draft ready")) a[href*="/customers/"]')
  const drafted = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')!))
  const customer = drafted[0]
  for (const link of drafted.slice(3, 7)) await putUp(page, team, business, link)
  for (const [name, path] of [
    ['start', team],
    ['customers', `${business}/customers`],
    ['customer', customer!],
    ['import-file', `${business}/import`],
    ['import', await preview(page, business)],
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
