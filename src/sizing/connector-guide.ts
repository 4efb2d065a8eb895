/** What the HTTP guide says of throughput, tasks, connections and caches, beside what a connector does. */
import { formatRate } from '../units.ts'
import type { HttpGiven } from './connector-http.ts'
import type { HttpKind } from './connector-kinds.ts'
import { f } from './formula.ts'
import { type Quantity, shown } from './quantity.ts'
import type { Worksheet } from './worksheet.ts'

/** The guide's `cache.response.ttl.seconds`. */
const CACHE_TTL_S = 300

interface Polling {
  readonly kind: HttpKind
  /** Tasks that read records of their own. */
  readonly readers: Quantity
  readonly pages: Quantity
  readonly cycle: Quantity
}

export function besideTheHttpGuide(
  sheet: Worksheet,
  { pageRecords, rateLimit, tasks }: HttpGiven,
  { kind, readers, pages, cycle }: Polling,
): void {
  const says = '(records per API call) × (API calls per second) × (number of tasks)'
  if (rateLimit === undefined) {
    sheet.guide(
      'throughput',
      says,
      'records/s',
      f`${pageRecords} × ${pages} × 1000 / ${cycle} × ${tasks}`,
      `holds while no limit is shared and each task reads records of its own: here ${shown(readers)}`,
    )
  } else {
    sheet.guide(
      'throughput',
      says,
      'records/s',
      f`${pageRecords} × ${rateLimit} × ${tasks}`,
      `an API counts its limit by credentials, which all tasks share: ${tasks.value} tasks at ${formatRate(rateLimit.value)} make ${formatRate(rateLimit.value / tasks.value)} each, and the number of tasks falls out`,
    )
  }
  sheet.guide(
    'tasks',
    'tasks.max=8: start with 2 × CPU cores, and a topic with as many partitions',
    'tasks',
    f`8`,
    SPLITS[kind.split],
  )
  sheet.guide(
    'connections',
    'http.client.max.connections=30',
    'calls',
    f`30`,
    'a task has one call in flight: a cursor page needs the cursor of the page before it, so neither more connections nor HTTP/2 nor pagination.concurrent make it faster',
  )
  sheet.guide(
    'cache',
    'cache.response.ttl.seconds=300',
    'polls',
    f`ceil(${CACHE_TTL_S} × 1000 / ${cycle})`,
    'polls are answered from a cache before new records show: nothing a source connector reads gains by it',
  )
}

const SPLITS: Readonly<Record<HttpKind['split'], string>> = {
  entities:
    'tasks share out entities, not work: one entity keeps one task busy, and partitions bound readers only',
  apis: 'tasks share out APIs, not work: one API keeps one task busy, and partitions bound readers only',
  sources:
    'tasks can share out URLs only: cores do not make an API answer faster, and partitions bound readers only',
  none: 'all tasks are alike here: each makes every call and writes every record',
}
