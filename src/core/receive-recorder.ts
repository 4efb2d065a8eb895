/**
 * Files what a reading run receives: counts, and a series by the second. What comes before measured time is in the
 * series as `start`, so that nothing is hidden. Time comes in; tests give their own.
 */
import type { ReceivedInterval } from './result.ts'

/** What a closed interval tells whoever watches. */
export type ReceiveView = Pick<
  ReceivedInterval,
  'atMs' | 'durationMs' | 'phase' | 'records' | 'bytes' | 'recordsPerSec' | 'bytesPerSec' | 'errors'
>

export interface ReceiveTotals {
  readonly records: number
  readonly bytes: number
}

export interface ReceiveMeasured {
  readonly series: readonly ReceivedInterval[]
  readonly all: ReceiveTotals
  /** What came in measured time. */
  readonly measured: ReceiveTotals
  readonly errors: Readonly<Record<string, number>>
}

/** An interval is never empty of time: rates are taken over it. */
const LEAST_MS = 0.001

export class ReceiveRecorder {
  readonly #intervalMs: number
  readonly #onInterval: (interval: ReceiveView) => void
  readonly #series: ReceivedInterval[] = []
  readonly #errors: Record<string, number> = {}
  #startMs = 0
  #windowStartMs = 0
  #windowEndMs = Number.POSITIVE_INFINITY
  #phase: ReceivedInterval['phase'] = 'start'
  #window = { records: 0, bytes: 0, polls: 0, rebalances: 0, errors: 0 }
  #records = 0
  #bytes = 0

  constructor(intervalMs: number, onInterval: (interval: ReceiveView) => void = () => {}) {
    this.#intervalMs = intervalMs
    this.#onInterval = onInterval
  }

  get records(): number {
    return this.#records
  }

  /** What has come in measured time, in closed intervals and the one under way. */
  measuredRecords(): number {
    if (this.#phase !== 'measure') return 0
    const closed = this.#series.filter(({ phase }) => phase === 'measure')
    return closed.reduce((sum, { records }) => sum + records, 0) + this.#window.records
  }

  /** Starts the series; called once. */
  begin(startMs: number): void {
    this.#startMs = startMs
    this.#windowStartMs = startMs
    this.#windowEndMs = startMs + this.#intervalMs
  }

  /** What one poll brought. */
  polled(records: number, bytes: number, nowMs: number): void {
    if (nowMs >= this.#windowEndMs) this.advance(nowMs)
    this.#records += records
    this.#bytes += bytes
    this.#window.records += records
    this.#window.bytes += bytes
    this.#window.polls++
  }

  rebalanced(nowMs: number): void {
    if (nowMs >= this.#windowEndMs) this.advance(nowMs)
    this.#window.rebalances++
  }

  failed(code: string, nowMs: number): void {
    if (nowMs >= this.#windowEndMs) this.advance(nowMs)
    this.#window.errors++
    this.#errors[code] = (this.#errors[code] ?? 0) + 1
  }

  /** Measured time begins: what came with this moment came before it, so the interval under way ends. */
  measureFrom(nowMs: number): void {
    this.advance(nowMs)
    const isEmpty = this.#window.polls + this.#window.errors + this.#window.rebalances === 0
    if (nowMs > this.#windowStartMs || !isEmpty) this.#close(Math.max(nowMs, this.#windowStartMs + LEAST_MS))
    this.#phase = 'measure'
  }

  /** Closes every interval that has ended by `nowMs`. */
  advance(nowMs: number): void {
    while (nowMs >= this.#windowEndMs) this.#close(this.#windowEndMs)
  }

  #close(endMs: number): void {
    const durationMs = endMs - this.#windowStartMs
    const { records, bytes, polls, rebalances, errors } = this.#window
    const interval: ReceivedInterval = {
      atMs: this.#windowStartMs - this.#startMs,
      durationMs,
      phase: this.#phase,
      records,
      bytes,
      recordsPerSec: (records * 1000) / durationMs,
      bytesPerSec: (bytes * 1000) / durationMs,
      polls,
      rebalances,
      errors,
    }
    this.#series.push(interval)
    this.#onInterval(interval)
    this.#window = { records: 0, bytes: 0, polls: 0, rebalances: 0, errors: 0 }
    this.#windowStartMs = endMs
    this.#windowEndMs = endMs + this.#intervalMs
  }

  /**
   * Closes the last interval.
   * @param endMs when the last record came
   * @param all measured time begins with the first record after all: the beginning was most of the run
   */
  finish(endMs: number, all: boolean): ReceiveMeasured {
    this.advance(endMs)
    const { records, rebalances, errors } = this.#window
    if (records + rebalances + errors > 0) this.#close(Math.max(endMs, this.#windowStartMs + LEAST_MS))
    const series = all ? this.#series.map((one) => ({ ...one, phase: 'measure' as const })) : this.#series
    const inTime = series.filter(({ phase }) => phase === 'measure')
    return {
      series,
      all: { records: this.#records, bytes: this.#bytes },
      measured: {
        records: inTime.reduce((sum, one) => sum + one.records, 0),
        bytes: inTime.reduce((sum, one) => sum + one.bytes, 0),
      },
      errors: this.#errors,
    }
  }
}
