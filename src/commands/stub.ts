import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { messageOf, TuneError } from '../errors.ts'
import { parseCount } from '../units.ts'
import { addFlags, type FlagGroups } from './bench-flags.ts'
import type { Io } from './io.ts'
import { STUB_FLAGS, type StubFlags, stubOptions } from './stub-flags.ts'
import { askedToEnd } from './until-ended.ts'

interface ApiFlags extends StubFlags {
  port?: string
  tls?: boolean
  http2?: boolean
  cert?: string
  key?: string
  ready?: string
}

const GROUPS: FlagGroups = {
  'What it serves:': STUB_FLAGS,
  'Where:': [
    ['--port <n>', 'on 127.0.0.1 (default: a free one)'],
    ['--tls', 'HTTPS'],
    ['--http2', 'HTTP/2 as well, by ALPN; implies --tls'],
    ['--cert <file>', 'PEM (default: one that openssl makes)'],
    ['--key <file>', 'PEM'],
  ],
}

const ALIASES = [
  [
    '--ready <how>',
    'for programs: json = one line on standard output, and end with standard input',
    ['json'],
  ],
] as const

/** `tune stub`: things that stand in for others. */
export function command(io: Io): Command {
  const api = new Command('api').description(
    'a paged JSON API on this machine to measure pollers against; its counters are at /health/metrics',
  )
  addFlags(api, GROUPS, ALIASES).action((flags: ApiFlags) => serve(io, flags))
  return new Command('stub').description('things that stand in for others').addCommand(api)
}

async function serve(io: Io, flags: ApiFlags): Promise<void> {
  const options = stubOptions(flags)
  const port = flags.port === undefined ? 0 : parseCount(flags.port, '--port', { max: 65_535 })
  const http2 = flags.http2 === true
  const { startStub } = await import('../http/stub/server.ts')
  const tls =
    http2 || flags.tls === true || flags.cert !== undefined ? await certificate(flags, io) : undefined
  const stub = await startStub(options, { port, http2, ...(tls === undefined ? {} : { tls }) })
  const asked = askedToEnd()
  if (flags.ready === 'json') {
    io.out(`${JSON.stringify({ url: stub.url, ...(tls === undefined ? {} : { ca: tls.cert }) })}\n`)
    // Who started it is gone when its end of the pipe is
    await Promise.race([asked.done, endOfInput()])
  } else {
    io.out(`${stub.url}\n`)
    io.err('Ctrl-C stops it\n')
    await asked.done
  }
  asked.forget()
  await stub.close()
}

function endOfInput(): Promise<void> {
  return new Promise((resolve) => {
    process.stdin
      .once('end', resolve)
      .once('error', () => resolve())
      .resume()
  })
}

/** @throws TuneError USAGE, CONFIG, MISSING */
async function certificate({ cert, key }: ApiFlags, io: Io): Promise<{ cert: string; key: string }> {
  if ((cert === undefined) !== (key === undefined)) {
    throw new TuneError('USAGE', '--cert and --key belong together', { hint: 'give both, or neither' })
  }
  if (cert !== undefined && key !== undefined) return { cert: read(cert, io), key: read(key, io) }
  const { makeStubCertificate } = await import('../http/stub/certificate.ts')
  return makeStubCertificate()
}

function read(path: string, io: Io): string {
  try {
    return readFileSync(resolve(io.cwd, path), 'utf8')
  } catch (error) {
    throw new TuneError('CONFIG', `cannot read ${path}: ${messageOf(error)}`, { hint: 'give a PEM file' })
  }
}
