/** Header lists, logins, and which of them are secret. */
import type { SecretNames } from '../setup.ts'
import type { Values } from './values.ts'

export interface Headers {
  readonly headers: Readonly<Record<string, string>>
  readonly secrets: SecretNames
}

export const NO_HEADERS: Headers = { headers: {}, secrets: { headers: [], params: [] } }

const SECRET_NAME = /authorization|cookie|api[-_]?key|token|secret|password|signature/i

export const isSecretName = (name: string): boolean => SECRET_NAME.test(name)

/** As APIs call keys and signatures in a query; most of them mean something else elsewhere. */
const SECRET_PARAM = /(?:^|[-_.])(?:sig|key|code|auth|pass|pwd|jwt|sid|session|session[-_]?id|credentials?)$/i

export const isSecretParam = (name: string): boolean => isSecretName(name) || SECRET_PARAM.test(name)

/**
 * `Name:Value` by a separator.
 * @param secret all of them, whatever their names
 * @throws TuneError CONFIG; values are not in its message
 */
export function readHeaders(values: Values, key: string, separator: string, secret = false): Headers {
  const text = values.text(key)
  if (text === undefined) return NO_HEADERS
  const pairs = text
    .split(separator)
    .filter((part) => part.trim() !== '')
    .map((part): [string, string] => {
      const colon = part.indexOf(':')
      const name = part.slice(0, Math.max(0, colon)).trim()
      // RFC 9110 5.6.2: what a name may be of
      if (/^[\w!#$%&'*+.^`|~-]+$/.test(name) && !/[\r\n\0]/.test(part))
        return [name, part.slice(colon + 1).trim()]
      throw values.wrong(key, 'has a part that is not Name:Value', `several are separated by ${separator}`)
    })
  const names = pairs.map(([name]) => name.toLowerCase())
  return {
    headers: Object.fromEntries(pairs),
    secrets: { headers: secret ? names : names.filter(isSecretName), params: [] },
  }
}

/** Later ones win, whatever the case of their names. */
export function joined(...all: readonly Headers[]): Headers {
  const byName = new Map<string, [string, string]>()
  for (const { headers } of all) {
    for (const [name, value] of Object.entries(headers)) byName.set(name.toLowerCase(), [name, value])
  }
  return {
    headers: Object.fromEntries(byName.values()),
    secrets: {
      headers: [...new Set(all.flatMap(({ secrets }) => secrets.headers))],
      params: [...new Set(all.flatMap(({ secrets }) => secrets.params))],
    },
  }
}

const authorization = (value: string): Headers => ({
  headers: { Authorization: value },
  secrets: { headers: ['authorization'], params: [] },
})

export const basic = (user: string, password: string): Headers =>
  authorization(`Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`)

export const bearer = (token: string): Headers => authorization(`Bearer ${token}`)

export const apiKey = (name: string, value: string): Headers => ({
  headers: { [name]: value },
  secrets: { headers: [name.toLowerCase()], params: [] },
})

/** The login that a URL has before its host, as a header; and the URL without it. */
export function takeLogin(url: URL): { url: URL; login: Headers } {
  if (url.username === '' && url.password === '') return { url, login: NO_HEADERS }
  const login = basic(decodeURIComponent(url.username), decodeURIComponent(url.password))
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  return { url: bare, login }
}
