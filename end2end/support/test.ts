// The `test` that every spec uses: a server and a mailbox per worker, pages that are watched.
import { AxeBuilder } from '@axe-core/playwright'
import { type BrowserContextOptions, type Page, test as base, expect } from '@playwright/test'
import { Mailbox } from './mailbox'
import { Server } from './server'
import { Watch } from './watch'

type PerWorker = {
  /** Settings of the configuration beside the usual ones, as in `{ SENDING__PER_HOUR: '1' }`; for `test.use` at the top of a file. */
  settings: Record<string, string>
  mailbox: Mailbox
  server: Server
}

type PerTest = {
  watch: Watch
  /** Announces an answer of 400 and more: status and path. */
  expectStatus: Watch['expectStatus']
  /** A page of somebody else: cookies of its own, watched like the first. */
  another: (options?: BrowserContextOptions) => Promise<Page>
  /** An address that no other test uses. */
  address: (name: string) => string
}

export const test = base.extend<PerTest, PerWorker>({
  settings: [{}, { scope: 'worker', option: true }],

  mailbox: [
    async ({}, use) => {
      const mailbox = await Mailbox.start()
      await use(mailbox)
      await mailbox.stop()
    },
    { scope: 'worker' },
  ],

  server: [
    async ({ mailbox, settings }, use) => {
      const server = await Server.start({
        SMTP__HOST: '127.0.0.1',
        SMTP__PORT: String(mailbox.port),
        SMTP__TLS: 'none',
        SMTP__FROM: 'AskUsers <no-reply@askusers.test>',
        // The pause between two mails of a sender is for the world outside.
        SENDING__MIN_GAP_MS: '0',
        ...settings,
      })
      await use(server)
      await server.stop()
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  baseURL: ({ server }, use) => use(server.url),

  watch: async ({ server }, use, testInfo) => {
    const watch = new Watch()
    await use(watch)
    const problems = watch.problems()
    if (problems.length + testInfo.errors.length > 0) await testInfo.attach('server.log', { body: server.log, contentType: 'text/plain' })
    expect(problems).toEqual([])
  },

  context: async ({ context, watch }, use) => {
    watch.on(context)
    await use(context)
  },

  expectStatus: ({ watch }, use) => use((status, path) => watch.expectStatus(status, path)),

  another: async ({ browser, watch, contextOptions, baseURL, viewport, locale, timezoneId }, use) => {
    const contexts: { close: () => Promise<void> }[] = []
    await use(async (options) => {
      const context = await browser.newContext({ ...contextOptions, baseURL, viewport, locale, timezoneId, ...options })
      contexts.push(context)
      watch.on(context)
      return context.newPage()
    })
    for (const context of contexts) await context.close()
  },

  address: ({}, use, testInfo) => use((name) => `${name}.${testInfo.testId.slice(-8)}.${testInfo.repeatEachIndex}@example.test`.toLowerCase()),
})

export { expect }

/** Until the page reacts to clicks and keys. */
export async function hydrated(page: Page): Promise<void> {
  await page.locator('html[data-hydrated]').waitFor({ state: 'attached' })
}

/** Opens a path and waits until the page is alive. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await hydrated(page)
}

/** No violation of WCAG 2.2 AA or of axe's best practices, in both themes. `except`: rules that the page breaks on purpose. */
export async function expectAccessible(page: Page, except: string[] = []): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    // Both halves of a theme have to be painted before colours are compared.
    await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))))
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .disableRules(except)
      .analyze()
    const found = violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.target.join(' ')}`))
    expect(found, `axe, ${colorScheme}, ${page.url()}`).toEqual([])
  }
  await page.emulateMedia({ colorScheme: null })
}
