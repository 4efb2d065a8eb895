/**
 * What librdkafka complained of while it tried to connect. It tries again whatever is wrong and in the end says only
 * that it timed out; the reason is in its error events.
 */
import { TuneError } from '../../errors.ts'
import type { Connection } from '../driver.ts'
import { userName } from '../principal.ts'

export interface Complaints {
  take(error: { message: string; code: number }): void
  /** The error for people. @param said what the client said in the end */
  explain(connection: Connection, said: string): TuneError
}

/** Reasons that no waiting mends, before those that may pass. */
const TELLING = ['_AUTHENTICATION', '_SSL', '_RESOLVE', '_TRANSPORT']

export function createComplaints(nameOf: (code: number) => string): Complaints {
  const last = new Map<string, string>()
  return {
    take({ message, code }) {
      last.set(nameOf(code), message)
    },
    explain({ bootstrapServers, security }, said) {
      const name = TELLING.find((each) => last.has(each))
      const reason = name === undefined ? said : (last.get(name) ?? said)
      if (name === '_AUTHENTICATION') {
        const login = `${security.sasl?.mechanism ?? 'SASL'} login of ${userName(security)}`
        return new TuneError('UNAUTHORIZED', `${bootstrapServers} refuses the ${login}: ${reason}`, {
          hint: 'check user name and password (or clientId and clientSecret) in sasl.jaas.config',
        })
      }
      if (name === '_SSL') {
        return new TuneError('UNREACHABLE', `no TLS connection to ${bootstrapServers}: ${reason}`, {
          // Node brings authorities along, librdkafka takes those of the system
          hint: 'name the authority that signed the broker’s certificate: ssl.truststore.type=PEM and ssl.truststore.location=ca.pem',
        })
      }
      return new TuneError('UNREACHABLE', `no answer from ${bootstrapServers}: ${reason}`, {
        hint: 'run again with --debug to see the client’s own log',
      })
    },
  }
}
