/**
 * What librdkafka complained of. While it connects it tries again whatever is wrong, and in the end says only that it
 * timed out; when it gives up for good its reports say only that. The reason is in its error events, and of those the
 * binding passes on the words (rd_kafka_err2str), without the code.
 */
import { TuneError } from '../../errors.ts'
import type { Connection } from '../driver.ts'
import { userName } from '../principal.ts'

export interface Complaint {
  /** In lower case, without its origin. */
  readonly message: string
  /** `broker` where a broker said it, `local` where the client did. */
  readonly origin: string
}

export interface Complaints {
  take(complaint: Complaint): void
  /** The broker's error that made the client give up for good, by its name; undefined where none was told. */
  behindFatal(): string | undefined
  /** The error for people. @param said what the client said in the end */
  explain(connection: Connection, said: string): TuneError
}

/** librdkafka's words for `_AUTHENTICATION` and `_SSL`. */
const LOGIN = 'authentication failure'
const TLS = 'ssl error'

export function createComplaints(): Complaints {
  const local = new Set<string>()
  let brokers: string | undefined
  return {
    take({ message, origin }) {
      if (origin === 'broker') brokers = message
      else local.add(message)
    },
    // "cluster authorization failed" is CLUSTER_AUTHORIZATION_FAILED
    behindFatal: () => brokers?.toUpperCase().replaceAll(' ', '_'),
    explain({ bootstrapServers, security }, said) {
      if (local.has(LOGIN)) {
        const login = `${security.sasl?.mechanism ?? 'SASL'} login of ${userName(security)}`
        return new TuneError('UNAUTHORIZED', `${bootstrapServers} refuses the ${login}`, {
          hint:
            security.sasl?.oauth === undefined
              ? 'check user name and password in sasl.jaas.config'
              : 'check clientId and clientSecret in sasl.jaas.config, and the token’s issuer, audience and scope',
        })
      }
      if (local.has(TLS)) {
        return new TuneError('UNREACHABLE', `librdkafka has no TLS connection to ${bootstrapServers}`, {
          // Node brings authorities along, librdkafka takes those of the system
          hint: 'name the authority that signed the certificate: ssl.truststore.type=PEM and ssl.truststore.location=ca.pem',
        })
      }
      return new TuneError('UNREACHABLE', `no answer from ${bootstrapServers}: ${said}`, {
        hint: 'run again with --debug to see the client’s own log',
      })
    },
  }
}
