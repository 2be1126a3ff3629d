// Accounts and teams without clicking: what other specs start with. The forms themselves are tested in specs/accounts.
import { expect, type Page } from '@playwright/test'
import { linkIn, type Mailbox } from './mailbox'

export const PASSWORD = 'correct horse battery'

type Form = Record<string, string>

/** Posts a form as a page without scripts does; the page's cookies go with it. Says where the answer leads. */
export async function post(page: Page, endpoint: string, form: Form): Promise<string> {
  const answer = await page.request.post(`/api/${endpoint}`, { form, headers: { accept: 'text/html' }, maxRedirects: 0 })
  expect(answer.status(), `${endpoint}: ${await answer.text()}`).toBe(302)
  return answer.headers()['location'] ?? ''
}

/** A new account with a confirmed address, signed in on this page. */
export async function newAccount(page: Page, mailbox: Mailbox, email: string, name = 'Jane Peacock'): Promise<void> {
  await post(page, 'accounts/sign_up', { name, email, password: PASSWORD })
  const link = linkIn(await mailbox.waitFor(email, 'Verify'), '/verify/')
  await post(page, 'accounts/verify', { token: link.split('/verify/')[1]! })
}

/** A new team of whoever is signed in on this page; returns its path, `/t/…`. */
export async function newTeam(page: Page, name: string, timeZone = 'Europe/Berlin'): Promise<string> {
  const path = await post(page, 'teams/create', { name, time_zone: timeZone })
  expect(path).toMatch(/^\/t\/[0-9a-f-]{36}$/)
  return path
}
