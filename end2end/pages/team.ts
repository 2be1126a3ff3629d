// Settings → Team and the page of an invitation: what one fills in and presses.
import type { Locator, Page } from '@playwright/test'

export class Invitations {
  readonly email: Locator
  readonly role: Locator
  readonly send: Locator
  readonly open: Locator

  constructor(page: Page) {
    const form = page.getByRole('region', { name: 'Invite member' })
    this.email = form.getByLabel('E-mail')
    this.role = form.getByLabel('Role')
    this.send = form.getByRole('button', { name: 'Send invitation' })
    this.open = page.getByRole('region', { name: 'Invitations' })
  }

  async invite(email: string, role: string): Promise<void> {
    await this.email.fill(email)
    await this.role.selectOption({ label: role })
    await this.send.click()
  }

  /** The line of an address. */
  of(email: string): Locator {
    return this.open.getByRole('row').filter({ hasText: email })
  }
}

export class Join {
  readonly name: Locator
  readonly password: Locator
  readonly submit: Locator

  constructor(page: Page) {
    this.name = page.getByLabel('Your name')
    this.password = page.getByLabel('Password')
    this.submit = page.getByRole('button', { name: 'Create account and join' })
  }

  async as(name: string, password: string): Promise<void> {
    await this.name.fill(name)
    await this.password.fill(password)
    await this.submit.click()
  }
}
