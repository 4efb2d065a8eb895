/** The stub API that a bench starts for itself where no URL was named: a process of its own, as an API would be. */
import { spawn } from 'node:child_process'
import { TuneError } from '../errors.ts'
import type { Flag } from './bench-flags.ts'
import { STUB_FLAGS, type StubFlags, stubOptions } from './stub-flags.ts'

export interface OwnStub {
  readonly url: string
  /** PEM of the authority that its certificate is from, where it speaks TLS. */
  readonly ca?: string
  stop(): Promise<void>
}

const PREFIX = '--stub-'

/** Of the bench, for the stub: `--stub-latency`. */
export const OWN_STUB_FLAGS: readonly Flag[] = [
  ...STUB_FLAGS.map(([flags, about, choices]): Flag => {
    const prefixed = flags.replace(/^--/, PREFIX)
    return choices === undefined ? [prefixed, about] : [prefixed, about, choices]
  }),
  ['--stub-tls', 'HTTPS, with a certificate that is made for it'],
  ['--stub-http2', 'HTTP/2 as well, by ALPN; implies --stub-tls'],
]

/** As commander hands them over, among others: `stubLatency`. */
export type OwnStubFlags = { readonly [K in keyof OwnFlags as `stub${Capitalize<K>}`]?: OwnFlags[K] }
type OwnFlags = StubFlags & { tls?: boolean; http2?: boolean }

/**
 * Arguments of `tune stub api`.
 * @throws TuneError USAGE
 */
export function ownStubArguments(flags: object): string[] {
  const typed: Record<string, unknown> = {}
  const args: string[] = []
  for (const [name, value] of Object.entries(flags)) {
    const match = /^stub([A-Z])(.*)$/.exec(name)
    if (match === null || value === undefined) continue
    const own = `${match[1]?.toLowerCase()}${match[2]}`
    typed[own] = value
    const flag = `--${own.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    if (value === true) args.push(flag)
    else for (const one of Array.isArray(value) ? value : [value]) args.push(flag, String(one))
  }
  // Found before anything is started
  stubOptions(typed, PREFIX)
  return args
}

const START_MS = 15_000
const STOP_MS = 3000

/** @throws TuneError MISSING where it does not come up */
export async function startOwnStub(args: readonly string[], say: (line: string) => void): Promise<OwnStub> {
  const [, program = ''] = process.argv
  // A group of its own: Ctrl-C is for the bench, which ends the stub when the last answers have come
  const child = spawn(
    process.execPath,
    [...process.execArgv, program, 'stub', 'api', '--ready', 'json', ...args],
    { stdio: ['pipe', 'pipe', 'pipe'], detached: true },
  )
  let told = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text
    for (const line of text.split('\n')) if (line.trim() !== '') say(`stub API: ${line}`)
  })
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
    child.once('error', (error) => {
      told += error.message
      resolve()
    })
  })
  // It may be gone before it is told to go
  child.stdin.on('error', () => {})
  const stop = async () => {
    child.stdin.end()
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await ended
    clearTimeout(timer)
  }
  const ready = new Promise<string>((resolve) => {
    let line = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      line += text
      if (line.includes('\n')) resolve(line)
    })
  })
  const late = new Promise<void>((resolve) => setTimeout(resolve, START_MS).unref())
  const line = await Promise.race([ready, ended, late])
  if (typeof line !== 'string') {
    await stop()
    throw new TuneError('MISSING', `the stub API did not start: ${told.trim() || 'it said nothing'}`, {
      hint: 'see what it says: tune stub api',
    })
  }
  return { ...readyLine(line), stop }
}

function readyLine(line: string): { url: string; ca?: string } {
  const { url, ca }: { url?: unknown; ca?: unknown } = JSON.parse(line)
  return { url: String(url), ...(ca === undefined ? {} : { ca: String(ca) }) }
}
