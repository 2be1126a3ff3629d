// Businesses and their customers without clicking: what specs about customers start with.
import { expect, type Page } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { post } from './account'

/** A new business in the team at this path; returns its path, `/t/…/b/…`. */
export async function newBusiness(page: Page, team: string, name: string): Promise<string> {
  const settings = { currency: 'USD', time_zone: 'Europe/Berlin', language: 'en', tone: 'friendly', call_to_action: 'reply' }
  const path = await post(page, 'businesses/create', { team: team.split('/')[2]!, name, postal_address: '1 Main Street', ...settings })
  const id = path.match(/[0-9a-f-]{36}$/)?.[0]
  expect(id, path).toBeTruthy()
  return `${team}/b/${id}`
}

/** A file of customers that the project keeps. */
export function sample(name: 'music-store-customers.csv' | 'ticket-shop-customers.csv'): Buffer {
  return readFileSync(join(process.cwd(), '../server/services/samples', name))
}
