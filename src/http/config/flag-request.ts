/** Flags on what a request is: the API's address and the headers. */
import { type Env, fillReferences, withoutReferences } from '../../config-providers.ts'
import { TuneError } from '../../errors.ts'
import type { Target } from '../plan.ts'
import { httpUrl, shownUrl, targetName } from './base.ts'
import { type Headers, isSecretName, NO_HEADERS, takeLogin } from './headers.ts'

/** A bare origin leaves each target its path: a configuration for the real API runs against another one. */
export function targetsOf(
  targets: readonly Target[],
  text: string | undefined,
): { targets: readonly Target[]; login: Headers } {
  if (text === undefined) return { targets, login: NO_HEADERS }
  const parsed = httpUrl(text)
  if (parsed === undefined) {
    throw new TuneError('USAGE', `--url: ${shownUrl(text)} is not a URL of http or https`, {
      hint: 'for example --url http://localhost:8000/records',
    })
  }
  const { url, login } = takeLogin(parsed)
  if (login !== NO_HEADERS) {
    throw new TuneError('USAGE', `--url: a login on the command line is in the process list`, {
      hint: `give it with --header 'Authorization: \${env:NAME}'`,
    })
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
