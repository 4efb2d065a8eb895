/** Flags on what a request is: the API's address and the headers. */
import { type Env, fillAddress, fillReferences, withoutReferences } from '../../config-providers.ts'
import { TuneError } from '../../errors.ts'
import type { Target } from '../plan.ts'
import { httpUrl, shownUrl, targetName } from './base.ts'
import { type Headers, isSecretName, NO_HEADERS, takeLogin } from './headers.ts'

/**
 * A bare origin leaves each target its path: a configuration for the real API runs against another one.
 * @param env what `${env:NAME}` in the address stands for
 * @throws TuneError USAGE, CONFIG; no secret is in its message
 */
export function targetsOf(
  targets: readonly Target[],
  text: string | undefined,
  env: Env,
): { targets: readonly Target[]; login: Headers } {
  if (text === undefined) return { targets, login: NO_HEADERS }
  refuseTyped(text)
  const parsed = httpUrl(fillAddress(text, 'the address', '--url', env))
  if (parsed === undefined) {
    throw new TuneError('USAGE', `--url: ${shownUrl(text)} is not a URL of http or https`, {
      hint: 'for example --url http://localhost:8000/records',
    })
  }
  const taken = takeLogin(parsed)
  const { url } = taken
  const login = {
    headers: taken.login.headers,
    secrets: { headers: taken.login.secrets.headers, params: filledParams(text) },
  }
  const isOrigin = url.pathname === '/' && url.search === ''
  if (isOrigin && targets.length > 0) {
    return { targets: targets.map(({ name, url: own }) => ({ name, url: movedTo(own, url) })), login }
  }
  if (targets.length > 1) {
    throw new TuneError('USAGE', `--url: there are ${targets.length} targets, and one URL with a path`, {
      hint: `name the origin alone: --url ${url.origin}`,
    })
  }
  return { targets: [{ name: targetName(url), url: url.href }], login }
}

/** Names of what has a secret, but in a list of pages. */
const PAGE_TOKEN = /page|next|cursor|continuation/i

/** @throws TuneError USAGE where a secret is in the address itself */
function refuseTyped(text: string): void {
  const bare = withoutReferences(text)
  const login = /:\/\/([^/?#]*)@/.exec(bare)?.[1] ?? ''
  const isLogin = (login.includes(':') ? login.slice(login.indexOf(':') + 1) : login) !== ''
  const param = queryOf(bare).find(
    ({ name, value }) => isSecretName(name) && !PAGE_TOKEN.test(name) && value !== '',
  )
  if (!isLogin && param === undefined) return
  const [what, example] =
    isLogin || param === undefined
      ? ['the login', `http://me:\${env:NAME}@host/…`]
      : [param.name, `http://host/…?${param.name}=\${env:NAME}`]
  throw new TuneError(
    'USAGE',
    `--url: ${what} has a secret on the command line, where every user of this machine sees it in the process list`,
    { hint: `write it as a reference, in single quotes: --url '${example}'` },
  )
}

/** Parameters whose value is, or has, what comes from elsewhere. */
const filledParams = (text: string): string[] =>
  queryOf(text).flatMap(({ name, value }) => (withoutReferences(value) === value ? [] : [name]))

function queryOf(text: string): { name: string; value: string }[] {
  const query = /\?([^#]*)/.exec(text)?.[1] ?? ''
  return [...new URLSearchParams(query)].map(([name, value]) => ({ name, value }))
}

function movedTo(own: string, { origin }: URL): string {
  const { pathname, search } = new URL(own)
  return origin + pathname + search
}

/** @throws TuneError USAGE; a value is not in its message */
export function headerOf(text: string, env: Env): Headers {
  const colon = text.indexOf(':')
  const name = text.slice(0, Math.max(0, colon)).trim()
  const value = text.slice(colon + 1).trim()
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
    throw new TuneError('USAGE', '--header: is not Name:Value', {
      hint: `for example --header 'Accept: application/json'`,
    })
  }
  const isSecret = isSecretName(name)
  if (isSecret && /\S/.test(withoutReferences(value).replace(/^(Basic|Bearer|Token)\b/i, ''))) {
    throw new TuneError(
      'USAGE',
      `--header: ${name} has a secret on the command line, where every user of this machine sees it in the process list`,
      { hint: `write it in single quotes: --header '${name}: \${env:NAME}'` },
    )
  }
  const filled = fillReferences(value, name, '--header', env)
  if (/[\r\n\0]/.test(filled)) {
    throw new TuneError('USAGE', `--header: ${name} has a line break in its value`, { hint: 'take it out' })
  }
  return {
    headers: { [name]: filled },
    secrets: { headers: isSecret || filled !== value ? [name.toLowerCase()] : [], params: [] },
  }
}
