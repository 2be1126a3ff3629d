// A business with the customers of the sample, without clicking: what specs about customers start with.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Page } from '@playwright/test'
import { post } from './account'


/** The customers of a music store, as the project keeps them: 59. */
export const SAMPLE_FILE = {
  name: 'music-store-customers.csv',
  mimeType: 'text/csv',
  buffer: readFileSync(join(__dirname, '../../server/services/samples/music-store-customers.csv')),
}

export type Business = { team: string; business: string; path: string }

/** A new business of whoever is signed in on this page; `teamPath` is `/t/…`. */
export async function newBusiness(page: Page, teamPath: string, name: string, more: Record<string, string> = {}): Promise<Business> {
  const team = teamPath.split('/')[2]!
  const location = await post(page, 'businesses/create', {
    team,
    name,
    website: 'https://musicstore.example',
    contact_name: 'Jane Peacock',
    contact_role: '',
    currency: 'USD',
    time_zone: 'America/Edmonton',
    description: 'Music, lossless.',
    upsell: 'the Annual Pass',
    language: 'en',
    tone: 'friendly',
    call_to_action: 'reply',
    call_link: '',
    signature: '',
    postal_address: '12 Harbour Road, Calgary AB, Canada',
    reply_to: '',
    ...more,
  })
  const business = location.split('/').at(-1)!
  expect(business, location).toMatch(/^[0-9a-f-]{36}$/)
  return { team, business, path: `${teamPath}/b/${business}` }
}

/** Imports the sample into it and waits until every row is written. */
export async function importSample(page: Page, { team, business }: Business): Promise<void> {
  const uploaded = await page.request.post(`/files/${team}/${business}/import`, { multipart: { file: SAMPLE_FILE }, maxRedirects: 0 })
  const id = (uploaded.headers()['location'] ?? '').split('/').at(-1)!
  expect(id, await uploaded.text()).toMatch(/^[0-9a-f-]{36}$/)
  const detail = async () => {
    const answer = await page.request.post('/api/imports/detail', { data: { team, business, import: id } })
    return (await answer.json()) as { state: string; version: string }
  }
  const state = async () => (await detail()).state
  await expect.poll(state).toBe('previewed')
  await post(page, 'imports/start', { team, business, import: id, seen: (await detail()).version, merge: 'replace' })
  await expect.poll(state).toBe('done')
}

/** The id of the customer with that name. */
export async function customerCalled(page: Page, { team, business }: Business, name: string): Promise<string> {
  const query = { search: name, also_elsewhere: false }
  const answer = await page.request.post('/api/customers/list', { data: { team, business, query } })
  const found = ((await answer.json()) as { rows: { id: string; name: string }[] }).rows.find((row) => row.name === name)
  expect(found, `${name}: ${await answer.text()}`).toBeDefined()
  return found!.id
}
