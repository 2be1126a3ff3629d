// Every path that a stranger may open: with JavaScript it comes alive, without it can be read, and axe is content.
import { expect, expectAccessible, open, test } from '../../support/test'

const PUBLIC_PATHS = [
  '/',
  '/pricing',
  '/sign-up',
  '/sign-in',
  '/check-mail',
  '/forgot',
  '/verify/made-up',
  '/reset/made-up',
  '/sender/verified',
  '/dev/gallery',
  '/dev/mailbox',
]

for (const path of PUBLIC_PATHS) {
  test(`${path} comes alive and is accessible`, async ({ page }) => {
    await open(page, path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    // The gallery shows each component twice, in both themes at once.
    await expectAccessible(page, path === '/dev/gallery' ? ['landmark-unique'] : [])
  })

  test(`${path} can be read without JavaScript`, async ({ another }) => {
    const page = await another({ javaScriptEnabled: false })
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  })
}

test('an address that leads nowhere says so', async ({ page, expectStatus }) => {
  expectStatus(404, '/nowhere')
  await open(page, '/nowhere')
  await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible()
  await expectAccessible(page)
})

for (const path of ['/teams', '/teams/new', '/t/00000000-0000-7000-8000-000000000000']) {
  test(`${path} asks a stranger to sign in`, async ({ page }) => {
    await page.goto(path)
    await expect(page).toHaveURL(/\/sign-in\?next=/)
  })
}
