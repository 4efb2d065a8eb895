/** What a run and its workers tell each other. Sent as structured clones: buffers and undefined survive. */
import type { Loaded, SendingPlan } from '../bench/load.ts'
import type { Progress } from '../bench/progress.ts'
import type { Connection } from '../drivers/driver.ts'
import type { ErrorCode } from '../errors.ts'

/** A plan as it travels: functions stay behind. */
export interface Order {
  readonly plan: Omit<SendingPlan, 'connection'> & { readonly connection: Omit<Connection, 'log'> }
  readonly partitions: number
  /** What relative paths of record files are relative to. */
  readonly cwd: string
  /** The client's own log is wanted. */
  readonly debug: boolean
}

export type ToWorker =
  | { readonly type: 'order'; readonly order: Order }
  /** Measured time begins at this reading of the machine's monotonic clock, which all processes share. */
  | { readonly type: 'go'; readonly atMs: number }
  | { readonly type: 'stop' }
  | { readonly type: 'gone'; readonly reason: string }

export type FromWorker =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'log'; readonly line: string }
  | { readonly type: 'ready' }
  | { readonly type: 'loaded'; readonly loaded: Loaded }
  | { readonly type: 'failed'; readonly error: PlainError }

/** An error without its class. */
export interface PlainError {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string | undefined
}

/** The same reading in every process of a machine: CLOCK_MONOTONIC, mach time, QPC. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
