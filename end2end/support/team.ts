// People of a team without clicking: what other specs start with. The forms themselves are tested in specs/team.
import { type Page } from '@playwright/test'
import { PASSWORD, post } from './account'
import { linkIn, type Mailbox } from './mailbox'

export type Role = 'admin' | 'member' | 'viewer'

/** The team's id in its path `/t/…`. */
export function idOf(teamPath: string): string {
  return teamPath.split('/')[2]!
}

/** Invites an address as whoever is signed in on this page; returns the mailed link. */
export async function invite(page: Page, mailbox: Mailbox, teamPath: string, email: string, role: Role): Promise<string> {
  await post(page, 'invitations/create', { team: idOf(teamPath), email, role })
  return linkIn(await mailbox.waitFor(email, 'invites you'), '/join/')
}

/** A new account in the team, signed in on `page`; invited by whoever is signed in on `owner`. */
export async function newMember(page: Page, owner: Page, mailbox: Mailbox, teamPath: string, email: string, role: Role, name: string): Promise<void> {
  const link = await invite(owner, mailbox, teamPath, email, role)
  await post(page, 'invitations/join', { token: link.split('/join/')[1]!, name, password: PASSWORD })
}
