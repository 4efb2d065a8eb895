/** What every driver that reads says in the same words. */
import { TuneError } from '../errors.ts'
import type { Connection } from './driver.ts'
import { grantCommand, userName } from './principal.ts'

/** A commit that a broker or the client refused. */
export class CommitError extends Error {
  /** Kafka's name of it. */
  readonly code: string

  constructor(code: string, cause?: unknown) {
    super(`the commit failed: ${code}`, cause === undefined ? undefined : { cause })
    this.name = 'CommitError'
    this.code = code
  }
}

export function noSuchTopic(topic: string): TuneError {
  return new TuneError('TOPIC', `topic ${topic} does not exist (or this user may not see it)`, {
    hint: 'name another with --topic',
  })
}

/** What grants a reader what it lacks; a member of a group needs the same right there. */
export function readGrant({ security }: Connection, topic: string): string {
  return `grant Read: ${grantCommand(security, topic, ['Read'])} --group GROUP`
}

/** @param code Kafka's name of the refusal */
export function mayNotRead(connection: Connection, topic: string, code: string): TuneError {
  const what = code.startsWith('GROUP') ? 'in its group' : `topic ${topic}`
  return new TuneError(
    'UNAUTHORIZED',
    `${userName(connection.security)} may not read ${what} on ${connection.bootstrapServers} (${code})`,
    { hint: readGrant(connection, topic) },
  )
}

/**
 * Brokers that answer and name no coordinator: kafkajs keeps to itself why, and it is a right.
 * @param group its id, or the pattern of ids that are made
 */
export function noCoordinator({ security, bootstrapServers }: Connection, group: string, cause: unknown) {
  return new TuneError(
    'UNAUTHORIZED',
    `${userName(security)} may not read in group ${group}: ${bootstrapServers} names no coordinator for it`,
    {
      hint: `grant Read on the group: kafka-acls.sh --add --allow-principal ${userName(security)} --operation Read --group ${group}; without ACLs see in the broker's log whether __consumer_offsets can be made (offsets.topic.replication.factor, free disk)`,
      cause,
    },
  )
}

/** A commit of a consumer that reads partitions it was given. */
export function noGroup(): TuneError {
  return new TuneError('UNSUPPORTED', 'there is no group to commit to', {
    hint: 'read as a member of a group',
  })
}
