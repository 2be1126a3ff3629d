// Importing customers: upload, columns, preview, run, result.
import { newAccount, newTeam } from '../../support/account'
import { newBusiness, SAMPLE_FILE } from '../../support/customers'
import { expect, expectAccessible, hydrated, open, test } from '../../support/test'
import type { Page } from '@playwright/test'

/** The tile of the result with this label. */
const tile = (page: Page, label: string) => page.getByRole('main').getByText(label, { exact: true }).locator('..')

test('a file becomes customers', async ({ page, mailbox, address }) => {
  const email = address('importer')
  await newAccount(page, mailbox, email)
  const { path: business } = await newBusiness(page, await newTeam(page, 'Chinook Media'), 'Music Store')
  await open(page, `${business}/import`)
  await expect(page.getByRole('heading', { name: 'Import into Music Store' })).toBeVisible()
  await expectAccessible(page)

  // Choosing a file is enough.
  await page.locator('input[type=file]').setInputFiles(SAMPLE_FILE)
  await expect(page.getByRole('heading', { name: 'Preview' })).toBeVisible()
  await hydrated(page)
  await expect(page.getByText('Nothing has been written yet. 59 rows in 1 group.')).toBeVisible()
  await expect(page.getByLabel('Field for Total Spent')).toHaveValue('total_spent')
  const first = page.getByRole('region', { name: 'Preview rows' }).getByRole('row').nth(1)
  await expect(first).toContainText('luisg@embraer.com.br')
  await expect(first).toContainText('$39.62')
  await expectAccessible(page)

  await page.getByLabel('Field for City').selectOption('Do not import')
  await page.getByRole('button', { name: 'Use these columns' }).click()
  await expect(page.getByLabel('Field for City')).toHaveValue('skip')
  await expect(page.getByText('Nothing has been written yet. 59 rows in 1 group.')).toBeVisible()
  await page.reload()
  await hydrated(page)
  await expect(page.getByLabel('Field for City')).toHaveValue('skip')

  await page.getByText('Correct', { exact: true }).click()
  await expect(page.getByLabel('Between cells')).toHaveValue('comma')

  await page.getByRole('button', { name: 'Import 59 customers' }).click()
  await expect(page.getByText('music-store-customers.csv is imported.')).toBeVisible()
  await expect(tile(page, 'New')).toContainText('59')
  await expect(tile(page, 'Invalid')).toContainText('0')
  await expectAccessible(page)
  await page.reload()
  await hydrated(page)
  await expect(tile(page, 'New')).toContainText('59')
  await mailbox.waitFor(email, 'music-store-customers.csv is imported into Music Store')

  await page.getByRole('link', { name: 'Import another file' }).click()
  await expect(page.getByRole('heading', { name: 'Earlier imports' })).toBeVisible()
  await expect(page.getByRole('row', { name: /music-store-customers.csv.*Done/ })).toBeVisible()
  await expectAccessible(page)
})

test('a file can be dropped, asks when it came before, and tells what changes', async ({ page, mailbox, address }) => {
  const email = address('dropper')
  await newAccount(page, mailbox, email)
  const { path: business } = await newBusiness(page, await newTeam(page, 'Chinook Media'), 'Music Store')
  const drop = async (content: string, name: string) => {
    await open(page, `${business}/import`)
    const data = await page.evaluateHandle(
      ([content, name]) => {
        const data = new DataTransfer()
        data.items.add(new File([content!], name!, { type: 'text/csv' }))
        return data
      },
      [content, name],
    )
    await page.locator('main form').dispatchEvent('drop', { dataTransfer: data })
    await expect(page.getByRole('heading', { name: 'Preview' })).toBeVisible()
    await hydrated(page)
  }
  const file = 'email,name,total spent,orders\njane@example.org,Jane,40.71,6\nnot an address,X,1,1\njane@example.org,Jane,41.00,6\n'
  await drop(file, 'first.csv')
  await expect(page.getByText('1 row will be written')).toBeVisible()
  await expect(page.getByText('2 rows are left out')).toBeVisible()
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download 2 left out' }).click()
  expect((await download).suggestedFilename()).toBe('first left out.csv')
  await page.getByRole('button', { name: 'Import 1 customer' }).click()
  await expect(page.getByText('first.csv is imported.')).toBeVisible()
  await mailbox.waitFor(email, 'first.csv is imported')

  await drop(file, 'again.csv')
  await expect(page.getByText('This file was imported before.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Import 1 customer again' })).toBeVisible()
  await expectAccessible(page)

  await drop('email,total spent,orders\njane@example.org,49.62,7\n', 'second.csv')
  const row = page.getByRole('region', { name: 'Preview rows' }).getByRole('row').nth(1)
  await expect(row).toContainText('total spent $41.00 → $49.62, payments 6 → 7')
  await page.getByLabel('Add to the figures').check()
  await expect(row).toContainText('total spent $41.00 → $90.62, payments 6 → 13')
  await page.getByRole('button', { name: 'Import 1 customer' }).click()
  await expect(tile(page, 'Updated')).toContainText('1')
  await mailbox.waitFor(email, 'second.csv is imported')
})

test('names of any length and direction keep their place', async ({ page, mailbox, address }) => {
  const email = address('names')
  await newAccount(page, mailbox, email)
  const { path: business } = await newBusiness(page, await newTeam(page, 'Chinook Media'), 'Music Store')
  await open(page, `${business}/import`)
  const long = 'Wolfeschlegelsteinhausen '.repeat(7).trim()
  const rows = ['email,name,total spent', `long@example.org,${long},40.71`, 'noa@example.org,נועה (Noa) 7,12.00']
  await page.locator('input[type=file]').setInputFiles({ name: 'names.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.join('\n')) })
  const preview = page.getByRole('region', { name: 'Preview rows' })
  await expect(preview.getByText('noa@example.org').first()).toBeVisible()
  for (const width of [1440, 1024, 800]) {
    await page.setViewportSize({ width, height: 900 })
    expect(await preview.evaluate((region) => region.scrollWidth - region.clientWidth), `${width} px`).toBe(0)
  }
  await page.getByRole('button', { name: 'Import 2 customers' }).click()
  await expect(tile(page, 'New')).toContainText('2')
  await mailbox.waitFor(email, 'names.csv is imported')
  await open(page, `${business}/customers`)
  // What stands beside a name is not drawn into its direction.
  await expect(page.locator('bdi').filter({ hasText: 'נועה (Noa) 7' })).toBeVisible()
})

test('whoever presses Import second sees the import that runs', async ({ page, context, mailbox, address, expectStatus }) => {
  await newAccount(page, mailbox, address('importer'))
  const { path: business } = await newBusiness(page, await newTeam(page, 'Chinook Media'), 'Music Store')
  await open(page, `${business}/import`)
  await page.locator('input[type=file]').setInputFiles(SAMPLE_FILE)
  const button = (on: Page) => on.getByRole('button', { name: 'Import 59 customers' })
  await expect(button(page)).toBeVisible()
  const second = await context.newPage()
  await open(second, new URL(page.url()).pathname)
  await expect(button(second)).toBeVisible()
  await button(page).click()
  await expect(page.getByText('music-store-customers.csv is imported.')).toBeVisible()
  expectStatus(409, '/api/imports/start')
  await button(second).click()
  await expect(second.getByText('music-store-customers.csv is imported.')).toBeVisible()
  await expect(tile(second, 'New')).toContainText('59')
})

test('what is no customer file says what to do', async ({ page, mailbox, address }) => {
  await newAccount(page, mailbox, address('mistaken'))
  const { path: business } = await newBusiness(page, await newTeam(page, 'Chinook Media'), 'Music Store')
  await open(page, `${business}/import`)
  await page.locator('input[type=file]').setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from('PK\u0003\u0004') })
  await expect(page.getByRole('alert')).toContainText('not a CSV file that can be read')
  await expectAccessible(page)
  await hydrated(page)
  const names = Buffer.from('name,city\nJane,Oslo\nBob,Rome\n')
  await page.locator('input[type=file]').setInputFiles({ name: 'names.csv', mimeType: 'text/csv', buffer: names })
  await expect(page.getByRole('alert')).toContainText('No column holds e-mail addresses')
  await expectAccessible(page)
})

test('it works without JavaScript', async ({ page, another, mailbox, address }) => {
  const email = address('plain')
  await newAccount(page, mailbox, email)
  const { path: business } = await newBusiness(page, await newTeam(page, 'Chinook Media'), 'Music Store')
  const plain = await another({ javaScriptEnabled: false, storageState: await page.context().storageState() })
  await plain.goto(`${business}/import`)
  await plain.locator('input[type=file]').setInputFiles(SAMPLE_FILE)
  await plain.getByRole('button', { name: 'Upload file' }).click()
  // The page reloads by itself while the file is read and while it is imported.
  await plain.getByRole('button', { name: 'Import 59 customers' }).click()
  await expect(plain.getByText('music-store-customers.csv is imported.')).toBeVisible()
  await mailbox.waitFor(email, 'is imported into Music Store')
})
