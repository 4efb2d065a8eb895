/** A commit that a broker or the client refused; the same for every driver. */
export class CommitError extends Error {
  /** Kafka's name of it. */
  readonly code: string

  constructor(code: string, cause?: unknown) {
    super(`the commit failed: ${code}`, cause === undefined ? undefined : { cause })
    this.name = 'CommitError'
    this.code = code
  }
}
