/** Where a database is and how to get in, from a URL whose password lies elsewhere. */
import { type Env, fillAddress, withoutReferences } from '../config-providers.ts'
import { TuneError } from '../errors.ts'

/** A secret is in here: it goes to the client and to a connector of `tune`'s own, and nowhere else. */
export interface DatabaseTarget {
  /** With the password, as the client takes it. */
  readonly url: string
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string | undefined
  readonly database: string
  /** `host:port/name`: what may be shown. */
  readonly shown: string
}

const DEFAULT_PORT = 5432
/** Anybody on this machine can read a command line, so the password in it has to be a reference. */
const PASSWORD_IN_URL = /^[a-z]+:\/\/[^/@:]*:(.*)@/i

/**
 * @param text `postgres://user@host:port/name`, with `${env:NAME}` or `${file:PATH:KEY}` for what is secret
 * @param isTyped on the command line
 * @throws TuneError USAGE; no value of a secret is in its message
 */
export function databaseTarget(text: string, origin: string, env: Env, isTyped: boolean): DatabaseTarget {
  const typed = PASSWORD_IN_URL.exec(text)?.[1] ?? passwordParameter(text) ?? ''
  if (isTyped && withoutReferences(typed) !== '') {
    throw new TuneError(
      'USAGE',
      `${origin} has a password on the command line, where every user of this machine sees it in the process list`,
      {
        hint: `leave it out of the URL and set PGPASSWORD, or write \${env:NAME} or \${file:PATH:KEY} (in single quotes) for it`,
      },
    )
  }
  const url = parse(fillAddress(text, 'the database URL', origin, env), origin)
  const user = decodeURIComponent(url.username) || env.PGUSER || ''
  if (user === '') {
    throw new TuneError('USAGE', `${origin} names no user`, { hint: 'write postgres://USER@HOST:PORT/NAME' })
  }
  const password =
    decodeURIComponent(url.password) || (url.searchParams.get('password') ?? env.PGPASSWORD) || undefined
  url.username = encodeURIComponent(user)
  if (password !== undefined) url.password = encodeURIComponent(password)
  const host = url.hostname.replace(/^\[|\]$/g, '') || 'localhost'
  const port = url.port === '' ? DEFAULT_PORT : Number(url.port)
  const database = decodeURIComponent(url.pathname.slice(1)) || user
  return { url: url.href, host, port, user, password, database, shown: `${host}:${port}/${database}` }
}

function passwordParameter(text: string): string | undefined {
  return /[?&]password=([^&]*)/i.exec(text)?.[1]
}

function parse(text: string, origin: string): URL {
  const hint = 'for example postgres://tune@db.example:5432/shop'
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw new TuneError('USAGE', `${origin} is no URL`, { hint })
  }
  if (url.protocol === 'postgres:' || url.protocol === 'postgresql:') return url
  throw new TuneError(
    'USAGE',
    `${origin} begins with ${url.protocol}, and PostgreSQL is what can be measured`,
    {
      hint,
    },
  )
}
