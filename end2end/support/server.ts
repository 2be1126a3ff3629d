// Starts the real server on a free port with an empty SQLite file, and stops it in order.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const OUTPUT_KEPT = 200_000

export class Server {
  private output = ''

  private constructor(
    readonly url: string,
    /** Its working folder, with its data. */
    readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
    private readonly process: ChildProcess,
  ) {
    const keep = (chunk: Buffer) => {
      this.output = (this.output + chunk.toString()).slice(-OUTPUT_KEPT)
    }
    process.stdout!.on('data', keep)
    process.stderr!.on('data', keep)
  }

  /** `settings` are names of the configuration as in `SMTP__HOST`. */
  static async start(settings: Record<string, string>): Promise<Server> {
    const binary = process.env.ASKUSERS_BIN
    if (!binary) throw new Error('ASKUSERS_BIN names no server; use scripts/end2end.sh')
    const folder = await mkdtemp(join(tmpdir(), 'askusers-end2end-'))
    const port = await freePort()
    const env = environment({ HTTP__ADDRESS: `127.0.0.1:${port}`, STORAGE__DATA_DIR: join(folder, 'data'), ...settings })
    const child = spawn(binary, ['serve', '--dev'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const server = new Server(`http://127.0.0.1:${port}`, folder, env, child)
    try {
      await server.ready()
    } catch (reason) {
      child.kill('SIGKILL')
      await rm(folder, { recursive: true, force: true })
      throw reason
    }
    return server
  }

  /** The end of what the server printed. */
  get log(): string {
    return this.output
  }

  /** Another command of the same program on the same data; what it printed. */
  async run(...command: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(process.env.ASKUSERS_BIN!, ['--dev', ...command], { cwd: this.folder, env: this.env })
    return stdout
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill('SIGTERM')
      await once(this.process, 'exit')
    }
    await rm(this.folder, { recursive: true, force: true })
    const { exitCode, signalCode } = this.process
    if (exitCode !== 0) throw new Error(`the server ended with ${exitCode ?? signalCode}:\n${this.output}`)
  }

  /** Asks /readyz whenever the server has said something, until it is ready or gone. */
  private ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      const ask = () => {
        fetch(`${this.url}/readyz`).then(
          ({ ok }) => {
            if (ok) resolve()
          },
          () => {
            // It does not listen yet; it says so when it does.
          },
        )
      }
      this.process.stdout!.on('data', ask)
      this.process.stderr!.on('data', ask)
      this.process.once('error', reject)
      this.process.once('exit', (code, signal) => reject(new Error(`the server ended with ${code ?? signal}:\n${this.output}`)))
    })
  }
}

/** The environment without settings meant for another server, then where the site is, then ours. */
function environment(settings: Record<string, string>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('ASKUSERS_') || name.startsWith('ASKUSERS_SITE__'))
  const ours = Object.entries(settings).map(([name, value]) => [`ASKUSERS_${name}`, value])
  return Object.fromEntries([...inherited, ...ours])
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}
