// A real SMTP server inside the worker: takes what the server sends and hands it to the test that waits for it.
import type { AddressInfo } from 'node:net'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

export type Mail = ParsedMail & { recipients: string[] }

type Waiting = { matches: (mail: Mail) => boolean; wanted: string; take: (mail: Mail) => void; giveUp: (reason: Error) => void }

export class Mailbox {
  /** Mails that nobody has taken yet, oldest first. */
  private readonly mails: Mail[] = []
  private readonly waiting = new Set<Waiting>()
  private readonly refused = new Map<string, number>()
  private readonly server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    closeTimeout: 1_000,
    onRcptTo: ({ address }, _session, done) => {
      const code = this.refused.get(address.toLowerCase())
      if (code === undefined) return done()
      done(Object.assign(new Error('refused by the test'), { responseCode: code }))
    },
    onData: (stream, session, done) => {
      simpleParser(stream).then((mail) => {
        this.arrived({ ...mail, recipients: session.envelope.rcptTo.map(({ address }) => address.toLowerCase()) })
        done()
      }, done)
    },
  })

  static async start(): Promise<Mailbox> {
    const mailbox = new Mailbox()
    await new Promise<void>((resolve, reject) => {
      mailbox.server.once('error', reject)
      mailbox.server.listen(0, '127.0.0.1', () => resolve())
    })
    return mailbox
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port
  }

  /** The oldest mail to this address with this subject (a part of it), as soon as it is there. Each mail is handed out once. */
  waitFor(address: string, subject: string | RegExp): Promise<Mail> {
    const matches = (mail: Mail) =>
      mail.recipients.includes(address.toLowerCase()) &&
      (typeof subject === 'string' ? (mail.subject ?? '').includes(subject) : subject.test(mail.subject ?? ''))
    const at = this.mails.findIndex(matches)
    if (at >= 0) return Promise.resolve(this.mails.splice(at, 1)[0]!)
    const mail = new Promise<Mail>((take, giveUp) => {
      this.waiting.add({ matches, wanted: `“${subject}” to ${address}`, take, giveUp })
    })
    // A test that failed meanwhile listens no more; that must not end the worker.
    mail.catch(() => {})
    return mail
  }

  /** Mails to this address that nobody has taken. */
  untaken(address: string): Mail[] {
    return this.mails.filter((mail) => mail.recipients.includes(address.toLowerCase()))
  }

  /** Refuses this recipient from now on: 5xx for good, 4xx for the moment. */
  refuse(address: string, code = 550): void {
    this.refused.set(address.toLowerCase(), code)
  }

  accept(address: string): void {
    this.refused.delete(address.toLowerCase())
  }

  stop(): Promise<void> {
    for (const { wanted, giveUp } of this.waiting) giveUp(new Error(`no mail ${wanted} came`))
    this.waiting.clear()
    return new Promise((resolve) => this.server.close(() => resolve()))
  }

  private arrived(mail: Mail): void {
    for (const one of this.waiting) {
      if (!one.matches(mail)) continue
      this.waiting.delete(one)
      return one.take(mail)
    }
    this.mails.push(mail)
  }
}

/** The first link in a mail whose address contains this. */
export function linkIn(mail: Mail, part: string): string {
  const link = (mail.text ?? '').match(/https?:\/\/[^\s<>"')\]]+/g)?.find((url) => url.includes(part))
  if (!link) throw new Error(`no link with ${part} in the mail “${mail.subject}”:\n${mail.text}`)
  return link
}
