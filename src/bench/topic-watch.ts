/**
 * Asks after a topic from which nothing comes any more. Clients that read wait for a deleted topic to come back, some of
 * them for half a minute (librdkafka, topic.metadata.propagation.max.ms), and say nothing.
 */
import type { Admin } from '../drivers/driver.ts'
import { TuneError } from '../errors.ts'

/** A topic from which something came more lately is there. */
export const SILENT_MS = 2000

export interface TopicWatch {
  /** Looks where it has been silent for so long; one look at a time. Never throws. */
  look(silentMs: number): Promise<void>
}

/** @param onGone told once, that the topic is there no longer */
export function watchTopic(
  topic: string,
  partitions: number,
  {
    admin,
    onGone,
  }: { readonly admin: Pick<Admin, 'endOffsets'>; readonly onGone: (error: TuneError) => void },
): TopicWatch {
  let isLooking = false
  let isGone = false
  return {
    async look(silentMs) {
      if (silentMs < SILENT_MS || isLooking || isGone) return
      isLooking = true
      try {
        await admin.endOffsets(topic, partitions)
      } catch (error) {
        // A cluster that does not answer may come back
        if (!(error instanceof TuneError) || error.code !== 'TOPIC') return
        isGone = true
        onGone(error)
      } finally {
        isLooking = false
      }
    },
  }
}
