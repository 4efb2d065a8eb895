/** What every driver that reads says in the same words. */
import { TuneError } from '../errors.ts'

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

/** A commit of a consumer that reads partitions it was given. */
export function noGroup(): TuneError {
  return new TuneError('UNSUPPORTED', 'there is no group to commit to', {
    hint: 'read as a member of a group',
  })
}
