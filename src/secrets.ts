/** Which properties hold a secret, and where those may come from and go to. */
import { withoutReferences } from './config-providers.ts'
import type { Properties } from './drivers/driver.ts'
import { TuneError } from './errors.ts'

const SECRET =
  /password|secret|jaas|passphrase|token$|\.pem$|ssl\.(key|trust)store\.(key|certificate)|credential|user\.info|api\.?key/i
/** `https://user:password@host`; a password may have an @ of its own. */
const LOGIN_IN_URL = /:\/\/[^/\s]+@/g

/** A text in which addresses are, without their logins. */
export const withoutLogins = (text: string): string => text.replace(LOGIN_IN_URL, '://[hidden]@')

/** The same properties with every secret as `[hidden]`: what may be shown, logged or kept. */
export function redact<T extends string | number | boolean>(
  properties: Readonly<Record<string, T>>,
): Record<string, T | string> {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]): [string, T | string] => {
      if (SECRET.test(key)) return [key, '[hidden]']
      return [key, typeof value === 'string' ? withoutLogins(value) : value]
    }),
  )
}

/** Hidden wherever it is shown, but no harm on a command line. */
const HARMLESS = /certificate\.chain$|truststore\.certificates$|client\.id$/

/** Options of a login module that hold its secret. */
const JAAS_SECRET = /\b\w*(?:password|secret|passphrase|token)\w*\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;"']*))/gi

/**
 * A command line is in the process list, for every user of the machine, and often in a shell's history and a CI log.
 * @param properties as they were typed, references not filled in yet
 * @throws TuneError USAGE; the secret is not in its message
 */
export function refuseTypedSecrets(properties: Properties): void {
  for (const [key, value] of Object.entries(properties)) {
    if (!SECRET.test(key) || HARMLESS.test(key)) continue
    const secrets = key.includes('jaas')
      ? [...value.matchAll(JAAS_SECRET)].map(([, double, single, bare]) => double ?? single ?? bare ?? '')
      : [value]
    if (secrets.every((secret) => withoutReferences(secret) === '')) continue
    throw new TuneError(
      'USAGE',
      `${key} has a secret on the command line, where every user of this machine sees it in the process list`,
      {
        hint: `put ${key} into a file for --command-config, or write \${env:NAME} (in single quotes) for the secret`,
      },
    )
  }
}
