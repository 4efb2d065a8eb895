/**
 * A sitting of a baseline: fresh runs of one command, made one after the other on one machine. A file each, so that a
 * repository's history shows when which was made. Described once, here; `schemas/tune.sitting-1.schema.json` follows.
 */
import { z } from 'zod'
import { withCoarseSeconds } from './coarse-seconds.ts'
import { type ClientResult, clientResultSchema } from './result.ts'
import { SITTING_SCHEMA } from './schema-names.ts'

export const sittingSchema = z.object({
  schema: z.literal(SITTING_SCHEMA),
  baseline: z.string(),
  capturedAt: z.iso.datetime(),
  /** `bench producer --throughput 5000`; absent where it came from results of others. */
  command: z.array(z.string()).optional(),
  /** Whole, but for intervals' histograms of 2 digits. */
  runs: z.array(clientResultSchema).min(1),
})

export interface Sitting extends z.infer<typeof sittingSchema> {}

export function sitting(
  baseline: string,
  capturedAt: string,
  runs: readonly ClientResult[],
  command: readonly string[] | undefined,
): Sitting {
  return {
    schema: SITTING_SCHEMA,
    baseline,
    capturedAt,
    ...(command === undefined ? {} : { command: [...command] }),
    runs: runs.map(small),
  }
}

function small(run: ClientResult): ClientResult {
  const copy = withCoarseSeconds(run, 2)
  // What came before measured time is compared with nothing
  if ('warmupSeries' in copy) delete copy.warmupSeries
  return copy
}
