/** What a run and its workers tell each other. Sent as structured clones: buffers, maps and undefined survive. */
import type { Loaded, SendingPlan } from '../bench/load.ts'
import type { Progress } from '../bench/progress.ts'
import type { ClientResult } from '../core/result.ts'
import type { ConsumerPlan, Received } from '../drivers/consumer.ts'
import type { ClientStats, Connection, DriverName } from '../drivers/driver.ts'
import { codeIn, type ErrorCode, messageOf, TuneError } from '../errors.ts'

/** A plan as it travels: functions stay behind. */
type Travelling<Plan> = Omit<Plan, 'connection'> & { readonly connection: Omit<Connection, 'log'> }

/** A share of a load. */
export interface Order {
  readonly plan: Travelling<SendingPlan>
  readonly partitions: number
  /** What relative paths of record files are relative to. */
  readonly cwd: string
  /** The client's own log is wanted. */
  readonly debug: boolean
}

/** A consumer; a worker has one or several, each with a number of its own. */
export interface ConsumerOrder {
  readonly driver: DriverName
  readonly plan: Travelling<ConsumerPlan>
  readonly debug: boolean
}

export type ToWorker =
  | { readonly type: 'order'; readonly order: Order }
  /** Measured time begins at this reading of the machine's monotonic clock, which all processes share. */
  | { readonly type: 'go'; readonly atMs: number }
  | { readonly type: 'stop' }
  | { readonly type: 'gone'; readonly reason: string }
  | { readonly type: 'consumer'; readonly member: number; readonly order: ConsumerOrder }
  | { readonly type: 'start'; readonly member: number }
  /** The application has done with what the last poll brought. */
  | { readonly type: 'release'; readonly member: number }
  | {
      readonly type: 'commit'
      readonly member: number
      readonly request: number
      readonly offsets: ReadonlyMap<number, number>
    }
  | { readonly type: 'close'; readonly member: number }
  /** What the process costs is looked at from here on, until it is asked for. */
  | { readonly type: 'watch' }
  | { readonly type: 'seen' }

export type FromWorker =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'log'; readonly line: string }
  /** So many offsets were used by the warm-up. */
  | { readonly type: 'ready'; readonly used: number }
  | { readonly type: 'loaded'; readonly loaded: Loaded }
  | { readonly type: 'failed'; readonly error: PlainError }
  | { readonly type: 'made'; readonly member: number; readonly error?: PlainError }
  | { readonly type: 'records'; readonly member: number; readonly received: readonly Received[] }
  | {
      readonly type: 'past'
      readonly member: number
      readonly partition: number
      readonly nextOffset: number
    }
  | { readonly type: 'assigned'; readonly member: number; readonly partitions: readonly number[] }
  | {
      readonly type: 'revoked'
      readonly member: number
      readonly partitions: readonly number[]
      readonly lost: boolean
    }
  | { readonly type: 'met'; readonly member: number; readonly code: string }
  | {
      readonly type: 'committed'
      readonly member: number
      readonly request: number
      readonly error?: PlainError
    }
  | { readonly type: 'ended'; readonly member: number; readonly error?: PlainError }
  | { readonly type: 'stats'; readonly member: number; readonly stats: ClientStats }
  | { readonly type: 'seen'; readonly tool: ClientResult['health']['tool'] }

/** A connection as it arrived, whose client's log goes to the run where that is wanted. */
export function telling(
  connection: Omit<Connection, 'log'>,
  debug: boolean,
  tell: (message: FromWorker) => unknown,
): Connection {
  return debug ? { ...connection, log: (line) => void tell({ type: 'log', line }) } : connection
}

/** An error without its class. */
export interface PlainError {
  readonly code: ErrorCode | undefined
  /** Of a client's error, e.g. `ILLEGAL_GENERATION`. */
  readonly clientCode: string | undefined
  readonly message: string
  readonly hint: string | undefined
}

export function plain(error: unknown): PlainError {
  const message = messageOf(error)
  if (error instanceof TuneError) {
    return { code: error.code, clientCode: undefined, message, hint: error.hint }
  }
  return { code: undefined, clientCode: codeIn(error), message, hint: undefined }
}

/** The error again. One that was not tune's own keeps its client's code. */
export function revived({ code, clientCode, message, hint }: PlainError): Error {
  if (code !== undefined) return new TuneError(code, message, hint === undefined ? {} : { hint })
  return Object.assign(new Error(message), clientCode === undefined ? {} : { code: clientCode })
}

/** The same reading in every process of a machine: CLOCK_MONOTONIC, mach time, QPC. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
