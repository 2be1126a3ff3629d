// Senders without clicking: what specs about sending start with. The settings page itself is tested in specs/businesses.
import type { Page } from '@playwright/test'
import { post } from './account'
import { linkIn, type Mailbox } from './mailbox'

/** A verified sender of the business at this path, `/t/…/b/…`. */
export async function newSender(page: Page, mailbox: Mailbox, business: string, email: string, name = 'Jane Peacock'): Promise<void> {
  const [, , team, , id] = business.split('/')
  await post(page, 'businesses/add_sender', { team: team!, business: id!, name, email })
  const link = linkIn(await mailbox.waitFor(email, 'Confirm that'), '/sender/verify/')
  await post(page, 'senders/verify', { token: link.split('/sender/verify/')[1]! })
}
