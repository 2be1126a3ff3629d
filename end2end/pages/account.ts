// The pages of an account: what one fills in and presses.
import type { Locator, Page } from '@playwright/test'

export class SignIn {
  readonly email: Locator
  readonly password: Locator
  readonly submit: Locator

  constructor(page: Page) {
    this.email = page.getByLabel('E-mail')
    this.password = page.getByLabel('Password')
    this.submit = page.getByRole('button', { name: 'Sign in' })
  }

  async as(email: string, password: string): Promise<void> {
    await this.email.fill(email)
    await this.password.fill(password)
    await this.submit.click()
  }
}

export class SignUp {
  readonly name: Locator
  readonly email: Locator
  readonly password: Locator
  readonly submit: Locator

  constructor(page: Page) {
    this.name = page.getByLabel('Your name')
    this.email = page.getByLabel('E-mail')
    this.password = page.getByLabel('Password')
    this.submit = page.getByRole('button', { name: 'Create account' })
  }

  async as(name: string, email: string, password: string): Promise<void> {
    await this.name.fill(name)
    await this.email.fill(email)
    await this.password.fill(password)
    await this.submit.click()
  }
}
