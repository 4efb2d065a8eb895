/** Records/s from end offsets: what every connector that writes can be measured by. */
import type { Admin } from '../../drivers/driver.ts'
import { TuneError } from '../../errors.ts'
import type { Reading, Source } from '../source.ts'

/** A cluster that does not answer holds nobody up for longer. */
const ANSWER_MS = 5_000

/**
 * A topic that is not there has no offsets; when it comes, all that is in it was written since.
 * @param topics whose records are counted together
 */
export function topicSource(
  admin: Pick<Admin, 'describe' | 'endOffsets'>,
  topics: readonly string[],
): Source {
  const partitions = new Map<string, number>()

  const endOffsets = async (topic: string): Promise<readonly number[]> => {
    if (!partitions.has(topic)) {
      const described = await admin.describe(topic)
      if (described !== undefined && described.partitions.length > 0) {
        partitions.set(topic, described.partitions.length)
      }
    }
    const count = partitions.get(topic)
    return count === undefined ? [] : admin.endOffsets(topic, count)
  }

  const read = async (): Promise<Reading> => {
    const all = await Promise.all(topics.map(async (topic) => [topic, await endOffsets(topic)] as const))
    return {
      points: all.flatMap(([topic, offsets]) =>
        offsets.map((value, partition) => ({
          field: 'recordsWritten' as const,
          of: `${topic}-${partition}`,
          value,
        })),
      ),
    }
  }

  return { kind: 'topic', shown: topics.join(','), read: () => within(read(), topics) }
}

async function within(reading: Promise<Reading>, topics: readonly string[]): Promise<Reading> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const message = `no end offsets of ${topics.join(',')} in ${ANSWER_MS / 1000} s`
      reject(new TuneError('UNREACHABLE', message, { hint: 'check that the cluster is well' }))
    }, ANSWER_MS)
  })
  try {
    return await Promise.race([reading, late])
  } finally {
    clearTimeout(timer)
  }
}
