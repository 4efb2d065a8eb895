/** Who a client is to a broker's ACLs. */
import { X509Certificate } from 'node:crypto'
import type { Security } from './driver.ts'

/** `User:alice`, by Kafka's default rules; undefined where only the broker can tell (claims of a token). */
export function principalOf({ sasl, tls }: Security): string | undefined {
  if (sasl !== undefined) return sasl.username === undefined ? undefined : `User:${sasl.username}`
  if (tls?.cert === undefined) return 'User:ANONYMOUS'
  // Java writes the parts of a name in the other order (X500Principal.getName, RFC 2253)
  return `User:${new X509Certificate(tls.cert).subject.split('\n').reverse().join(',')}`
}

/** The same as the subject of a sentence. */
export function userName(security: Security): string {
  return principalOf(security) ?? 'this user'
}

/** The command that grants operations on a topic. */
export function grantCommand(security: Security, topic: string, operations: readonly string[]): string {
  const who = principalOf(security) ?? 'User:NAME'
  // Only a plain word needs no quotes in a shell
  const principal = /^[\w:@.=-]+$/.test(who) ? who : `'${who}'`
  const wanted = operations.map((operation) => `--operation ${operation}`).join(' ')
  return `kafka-acls.sh --add --allow-principal ${principal} ${wanted} --topic ${topic}`
}
