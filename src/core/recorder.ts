/**
 * Files every operation of a phase: four histograms whose parts add up, counts, errors, and a series by the second.
 *
 *   latency  = done - due             what a caller feels
 *   lateness = first offer - due      the generator's own fault
 *   blocked  = sent - first offer     the client was full
 *   service  = done - sent            what kafka-producer-perf-test prints
 */
import { Histogram } from './histogram.ts'
import type { Operation } from './operation.ts'
import type { Interval, LatencySummary } from './result.ts'

/** What a closed interval tells whoever watches. */
export interface IntervalView {
  readonly atMs: number
  readonly durationMs: number
  readonly records: number
  readonly sent: number
  readonly bytes: number
  readonly errors: number
  readonly p50Ms: number | undefined
  readonly p99Ms: number | undefined
  readonly meanServiceMs: number | undefined
  readonly maxServiceMs: number | undefined
}

export interface RecorderOptions {
  readonly intervalMs: number
  /** False with acks=0: nobody answers, so latency and service are not measured. */
  readonly answered: boolean
  /** False where nobody looks at it later: no encoded series is kept. */
  readonly keepSeries: boolean
  readonly onInterval?: (interval: IntervalView) => void
}

export interface Measured {
  readonly sent: number
  readonly acked: number
  readonly failed: number
  readonly unknown: number
  readonly ackedBytes: number
  readonly errors: Readonly<Record<string, number>>
  readonly latency: LatencySummary | undefined
  readonly lateness: LatencySummary | undefined
  readonly blocked: LatencySummary | undefined
  readonly service: LatencySummary | undefined
  readonly series: readonly Interval[]
  /** When the last answer came, on the run's clock; undefined without one. */
  readonly lastDoneMs: number | undefined
}

export class Recorder {
  readonly #options: RecorderOptions
  readonly #latency = new Histogram()
  readonly #lateness = new Histogram()
  readonly #blocked = new Histogram()
  readonly #service = new Histogram()
  /** The second that is under way; added to #latency when it closes. */
  readonly #window = new Histogram()
  readonly #windowService = { sumMs: 0, maxMs: 0, count: 0 }
  readonly #series: Interval[] = []
  readonly #errors: Record<string, number> = {}
  #sent = 0
  #acked = 0
  #failed = 0
  #unknown = 0
  #ackedBytes = 0
  #lastDoneMs: number | undefined
  #startMs = 0
  #windowStartMs = 0
  #windowEndMs = 0
  #windowRecords = 0
  #windowBytes = 0
  #windowSent = 0
  #windowErrors = 0
  #measureEndMs = Number.POSITIVE_INFINITY

  constructor(options: RecorderOptions) {
    this.#options = options
    this.begin(0)
  }

  /** Sets the clock's reading at which the phase begins; intervals are counted from there. Called once, by the runner. */
  begin(startMs: number): void {
    this.#startMs = startMs
    this.#windowStartMs = startMs
    this.#windowEndMs = startMs + this.#options.intervalMs
  }

  get acked(): number {
    return this.#acked
  }

  get sent(): number {
    return this.#sent
  }

  /** Sent and not answered yet. */
  get open(): number {
    return this.#sent - this.#acked - this.#failed - this.#unknown
  }

  get lastDoneMs(): number | undefined {
    return this.#lastDoneMs
  }

  get errorCount(): number {
    return this.#failed + this.#unknown
  }

  /** The client took the operation. */
  sentOne(operation: Operation): void {
    if (operation.sentMs >= this.#windowEndMs) this.advance(operation.sentMs)
    this.#sent += operation.records
    this.#windowSent += operation.records
  }

  /** The broker has it. @param records of the operation that it has, where others of the group failed */
  acknowledged(operation: Operation, doneMs: number, records = operation.records): void {
    if (doneMs >= this.#windowEndMs) this.advance(doneMs)
    const bytes =
      records === operation.records
        ? operation.bytes
        : Math.round((operation.bytes * records) / operation.records)
    this.#acked += records
    this.#ackedBytes += bytes
    this.#windowRecords += records
    this.#windowBytes += bytes
    this.#lastDoneMs = doneMs
    // All four are filed together, for the same records, so that the parts add up whatever else fails.
    this.#lateness.record(operation.offeredMs - operation.dueMs, records)
    this.#blocked.record(operation.sentMs - operation.offeredMs, records)
    if (!this.#options.answered) return
    const serviceMs = doneMs - operation.sentMs
    this.#service.record(serviceMs, records)
    this.#window.record(doneMs - operation.dueMs, records)
    const service = this.#windowService
    service.sumMs += serviceMs * records
    service.count += records
    if (serviceMs > service.maxMs) service.maxMs = serviceMs
  }

  /** The client gave it up: counted under its code, and in no histogram. */
  gaveUp(
    operation: Operation,
    doneMs: number,
    code: string,
    outcome: 'failed' | 'unknown',
    records = operation.records,
  ): void {
    if (doneMs >= this.#windowEndMs) this.advance(doneMs)
    if (outcome === 'failed') this.#failed += records
    else this.#unknown += records
    this.#windowErrors += records
    this.#errors[code] = (this.#errors[code] ?? 0) + records
    this.#lastDoneMs = doneMs
  }

  /** Closes every interval that has ended by `nowMs`. */
  advance(nowMs: number): void {
    while (nowMs >= this.#windowEndMs) this.#close(this.#windowEndMs)
  }

  /** What is answered after `atMs` belongs to the drain. Not later than the interval that is under way. */
  measureUntil(atMs: number): void {
    this.#measureEndMs = atMs
    this.#windowEndMs = this.#endOfWindow()
  }

  /** An interval ends on the grid, or where measured time ends. */
  #endOfWindow(): number {
    const endMs = this.#windowStartMs + this.#options.intervalMs
    return this.#windowStartMs < this.#measureEndMs ? Math.min(endMs, this.#measureEndMs) : endMs
  }

  #close(endMs: number): void {
    const atMs = this.#windowStartMs - this.#startMs
    const durationMs = endMs - this.#windowStartMs
    const hasLatency = this.#window.count > 0
    const p50Ms = hasLatency ? this.#window.percentileMs(50) : undefined
    const p99Ms = hasLatency ? this.#window.percentileMs(99) : undefined
    const service = this.#windowService
    if (this.#options.keepSeries) {
      this.#series.push({
        atMs,
        durationMs,
        phase: this.#windowStartMs < this.#measureEndMs ? 'measure' : 'drain',
        records: this.#windowRecords,
        bytes: this.#windowBytes,
        sent: this.#windowSent,
        recordsPerSec: (this.#windowRecords * 1000) / durationMs,
        bytesPerSec: (this.#windowBytes * 1000) / durationMs,
        errors: this.#windowErrors,
        ...(p50Ms !== undefined && p99Ms !== undefined
          ? {
              latency: {
                count: this.#window.count,
                p50Ms,
                p99Ms,
                maxMs: this.#window.maxMs,
                hdr: this.#window.encode(),
              },
            }
          : {}),
        ...(service.count > 0
          ? {
              service: {
                count: service.count,
                meanMs: service.sumMs / service.count,
                maxMs: service.maxMs,
              },
            }
          : {}),
      })
    }
    this.#options.onInterval?.({
      atMs,
      durationMs,
      records: this.#windowRecords,
      sent: this.#windowSent,
      bytes: this.#windowBytes,
      errors: this.#windowErrors,
      p50Ms,
      p99Ms,
      meanServiceMs: service.count > 0 ? service.sumMs / service.count : undefined,
      maxServiceMs: service.count > 0 ? service.maxMs : undefined,
    })
    if (hasLatency) this.#latency.add(this.#window)
    this.#window.reset()
    this.#windowRecords = 0
    this.#windowBytes = 0
    this.#windowSent = 0
    this.#windowErrors = 0
    service.sumMs = 0
    service.maxMs = 0
    service.count = 0
    this.#windowStartMs = endMs
    this.#windowEndMs = this.#endOfWindow()
  }

  /** Closes the last interval, sums up, and gives the histograms' memory back. */
  finish(atMs: number): Measured {
    this.advance(atMs)
    if (this.#windowRecords + this.#windowErrors + this.#windowSent > 0) {
      this.#close(Math.max(atMs, this.#windowStartMs + 0.001))
    }
    const measured = {
      sent: this.#sent,
      acked: this.#acked,
      failed: this.#failed,
      unknown: this.#unknown,
      ackedBytes: this.#ackedBytes,
      errors: this.#errors,
      latency: this.#latency.summary(),
      lateness: this.#lateness.summary(),
      blocked: this.#blocked.summary(),
      service: this.#service.summary(),
      series: this.#series,
      lastDoneMs: this.#lastDoneMs,
    }
    for (const histogram of [this.#latency, this.#lateness, this.#blocked, this.#service, this.#window]) {
      histogram.free()
    }
    return measured
  }
}
