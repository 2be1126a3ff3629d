// What no page may do unnoticed: write an error to the console, throw, or get an answer of 400 and more that the test
// has not announced.
import type { BrowserContext } from '@playwright/test'

type Announced = { status: number; path: string | RegExp; seen: boolean }
type Answer = { status: number; url: string; method: string }

// Chromium writes one for every refused fetch; the answer itself is judged instead.
const REFUSED_FETCH = /^Failed to load resource: the server responded with a status of \d+/

export class Watch {
  private readonly announced: Announced[] = []
  private readonly refused: Answer[] = []
  private readonly errors: string[] = []

  on(context: BrowserContext): void {
    context.on('console', (message) => {
      const text = message.text()
      const counts = message.type() === 'error' || (message.type() === 'warning' && /hydrat/i.test(text))
      if (counts && !REFUSED_FETCH.test(text)) this.errors.push(`console: ${text} (${message.location().url})`)
    })
    context.on('weberror', (error) => this.errors.push(`page: ${error.error().stack ?? error.error().message}`))
    context.on('response', (answer) => {
      if (answer.status() >= 400) this.refused.push({ status: answer.status(), url: answer.url(), method: answer.request().method() })
    })
  }

  /** Announces that answers with this status will come from this path (an exact path or a pattern). One that never comes fails too. */
  expectStatus(status: number, path: string | RegExp): void {
    this.announced.push({ status, path, seen: false })
  }

  /** Everything that went wrong, one line each. Judged at the end, because console and answers come in no fixed order. */
  problems(): string[] {
    const surprises = this.refused.filter((answer) => {
      const expected = this.announced.filter((a) => a.status === answer.status && matches(a.path, answer.url))
      for (const a of expected) a.seen = true
      return expected.length === 0
    })
    return [
      ...this.errors,
      ...surprises.map(({ status, url, method }) => `answer: ${status} to ${method} ${url}`),
      ...this.announced.filter((a) => !a.seen).map(({ status, path }) => `announced, but never came: ${status} from ${path}`),
    ]
  }
}

function matches(path: string | RegExp, url: string): boolean {
  const { pathname, search } = new URL(url)
  return typeof path === 'string' ? path === pathname : path.test(pathname + search)
}
