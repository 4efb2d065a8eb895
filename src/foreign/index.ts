/** Results that other tools wrote, told apart by their marks. A format is a file here and a line in the map. */
import { TuneError } from '../errors.ts'
import { consumerPerfTest } from './consumer-perf-test.ts'
import { endToEndLatency } from './end-to-end-latency.ts'
import type { ForeignFormat, ForeignOutput } from './foreign-run.ts'
import { hlog } from './hlog.ts'
import { k6 } from './k6.ts'
import { openMessaging } from './openmessaging.ts'
import { producerPerfTest } from './producer-perf-test.ts'

export const FOREIGN_FORMATS = {
  'producer-perf-test': producerPerfTest,
  'consumer-perf-test': consumerPerfTest,
  'e2e-latency': endToEndLatency,
  openmessaging: openMessaging,
  k6,
  hlog,
} as const satisfies Record<string, ForeignFormat>

export interface ForeignFile extends ForeignOutput, Omit<ForeignFormat, 'isIt' | 'read'> {}

/**
 * @param document the text as JSON; undefined where it is none
 * @param path for messages
 * @throws TuneError CONFIG when it is of none of the formats, or cut short
 */
export function readForeign(text: string, document: unknown, path: string): ForeignFile {
  const formats: readonly ForeignFormat[] = Object.values(FOREIGN_FORMATS)
  const format = formats.find((one) => one.isIt(text, document))
  if (format === undefined) {
    const what = document === undefined ? '' : 'JSON, but '
    throw new TuneError(
      'CONFIG',
      `${path} is ${text.trim() === '' ? 'empty' : `${what}no result that can be compared`}`,
      {
        hint: `results of tune are, and of ${formats.map(({ title }) => title).join(', ')} (whole, with their headers)`,
      },
    )
  }
  const { title, kind, primary } = format
  return { title, kind, primary, ...format.read(text, document, path) }
}
