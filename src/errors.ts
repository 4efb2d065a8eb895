/**
 * The one error a person sees: what happened, where, and what to do now.
 * Messages are one line, lower case, without a full stop; the hint is the next step.
 */

/** The closed list of codes, with the exit code each ends in. Exit codes: docs/exit-codes.md. */
export const ERROR_EXIT = {
  /** A flag, an argument or a value on the command line is wrong. */
  USAGE: 2,
  /** A file that was named cannot be read, parsed or understood. */
  CONFIG: 2,
  /** Nobody answers at an address, or something answers that is not Kafka. */
  UNREACHABLE: 2,
  /** A login or permission was refused. */
  UNAUTHORIZED: 2,
  /** The topic asked for does not exist, or cannot take what the plan sends. */
  TOPIC: 2,
  /** A database that lacks what is asked of it: a setting, a table, a slot. */
  DATABASE: 2,
  /** A Connect worker or connector that refuses, or does not do its work. */
  CONNECTOR: 2,
  /** A setting or feature that the chosen driver or broker does not have. */
  UNSUPPORTED: 2,
  /** A program, package or file this machine lacks. */
  MISSING: 2,
  /** A file or folder cannot be written, or the disk is full. */
  STORAGE: 2,
  /** A broker that `tune` started died or never came up. */
  BROKER: 2,
  /** A run that a comparison needs could not be made. */
  RUN: 2,
  /** The run ended early and its answer is not to be trusted. */
  ABORTED: 3,
  /** A defect in `tune` itself. */
  INTERNAL: 2,
} as const satisfies Record<string, number>

export type ErrorCode = keyof typeof ERROR_EXIT

export class TuneError extends Error {
  readonly code: ErrorCode
  /** What to do now, one line; printed as `hint: …`. */
  readonly hint: string | undefined

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'TuneError'
    this.code = code
    this.hint = options.hint
  }

  get exitCode(): number {
    return ERROR_EXIT[this.code]
  }
}

/** The code of anything that was thrown, the system's or a client's: `ENOENT`, `ILLEGAL_GENERATION`. */
export function codeIn(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
