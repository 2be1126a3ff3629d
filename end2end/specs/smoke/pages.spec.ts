// Every path that a stranger may open: with JavaScript it comes alive, without it can be read, and axe is content.
import { expect, expectAccessible, open, test } from '../../support/test'

const PUBLIC_PATHS = ['/']

for (const path of PUBLIC_PATHS) {
  test(`${path} comes alive and is accessible`, async ({ page }) => {
    await open(page, path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expectAccessible(page)
  })

  test(`${path} can be read without JavaScript`, async ({ another }) => {
    const page = await another({ javaScriptEnabled: false })
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  })
}
