/** Fills a topic with records to read, as fast as the broker takes them; nothing of it is measured. */
import type { Clock } from '../../core/clock.ts'
import { createAnswers } from '../../core/phase.ts'
import { Recorder } from '../../core/recorder.ts'
import { runPhase } from '../../core/run.ts'
import type { Connection, Driver, Properties } from '../../drivers/driver.ts'
import { TuneError } from '../../errors.ts'
import type { RecordSource } from '../../records/source.ts'

export interface PreloadFacts {
  readonly connection: Connection
  readonly topic: string
  readonly partitions: number
  readonly properties: Properties
  readonly numRecords: number
}

export interface Preloaded {
  readonly recordsWritten: number
  readonly bytesWritten: number
  readonly tookMs: number
}

const DRAIN_MS = 60_000

/** Of each partition at least: partitions take turns by the batch, so they differ by one of so many. */
const BATCHES_EACH = 16
/** As large as `wire` makes them by itself. */
const BATCH_BYTES = 128 * 1024
const BATCH_BYTES_MIN = 1024

/** The same number of records for each partition, or nearly: a backlog is drained as fast as its longest partition. */
export function evenly({ properties, numRecords, partitions }: PreloadFacts, meanBytes: number): Properties {
  if (properties['batch.size'] !== undefined) return properties
  const bytes = Math.floor((numRecords * meanBytes) / (partitions * BATCHES_EACH))
  if (bytes >= BATCH_BYTES) return properties
  return { ...properties, 'batch.size': String(Math.max(BATCH_BYTES_MIN, bytes)) }
}

/** @throws TuneError BROKER when not all records were acknowledged, ABORTED when interrupted */
export async function preload(
  facts: PreloadFacts,
  io: {
    readonly clock: Clock
    readonly driver: Driver
    readonly source: RecordSource
    readonly signal: AbortSignal
    readonly onProgress: (records: number, elapsedMs: number) => void
  },
): Promise<Preloaded> {
  const { clock, driver, source, signal } = io
  const answers = createAnswers()
  const properties = evenly(facts, source.meanBytes)
  const client = await driver.producer({ ...facts, properties, source, paced: false }, answers.onDone)
  const recorder = new Recorder({ intervalMs: 1000, answered: false, keepSeries: false })
  const startMs = clock.nowMs()
  const timer = setInterval(() => io.onProgress(recorder.acked, clock.nowMs() - startMs), 1000)
  try {
    await runPhase(
      {
        load: { shape: 'unpaced', maxInFlight: client.inFlightRecords },
        numRecords: facts.numRecords,
        precise: false,
        drainMs: DRAIN_MS,
      },
      { clock, client, recorder, signal },
      answers,
    )
  } finally {
    clearInterval(timer)
    await client.close()
  }
  const { acked, ackedBytes, errors } = recorder.finish(clock.nowMs())
  if (signal.aborted) throw new TuneError('ABORTED', 'interrupted while the topic was being filled')
  if (acked < facts.numRecords) {
    const codes = Object.entries(errors).map(([code, count]) => `${code} ${count}`)
    throw new TuneError(
      'BROKER',
      `only ${acked} of ${facts.numRecords} records could be written into ${facts.topic} (${codes.join(', ')})`,
      { hint: 'look at the broker’s log and its free disk' },
    )
  }
  return { recordsWritten: acked, bytesWritten: ackedBytes, tookMs: clock.nowMs() - startMs }
}
