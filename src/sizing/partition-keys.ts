import { formatCount, formatRate, formatShare } from '../units.ts'
import { f } from './formula.ts'
import { refuse } from './inputs.ts'
import { type Quantity, shown } from './quantity.ts'
import type { Worksheet } from './worksheet.ts'

interface Keyed {
  readonly keys: Quantity | undefined
  readonly hotKey: Quantity | undefined
  readonly growth: Quantity
}

/** What a partition and its consumer do, in records/s. */
export interface PartitionRates {
  readonly produceRate: Quantity
  readonly consumeRate: Quantity
}

/** The hottest of some keys has no less than its equal share. @throws TuneError USAGE */
function checkHotKey({ keys, hotKey }: Keyed): void {
  if (keys === undefined || hotKey === undefined || hotKey.value * keys.value >= 0.999) return
  throw refuse(
    hotKey,
    `must be at least the equal share of ${formatCount(keys.value)} keys, ${formatShare(1 / keys.value)}`,
    'the hottest key has more than the others, or all have the same',
  )
}

/** A record goes to the partition of its key: keys bound what partitions can do. */
export function lookAtKeys(
  sheet: Worksheet,
  given: Keyed,
  partitions: Quantity,
  peak: Quantity,
  rates: PartitionRates,
): void {
  const { keys, hotKey, growth } = given
  checkHotKey(given)
  if (hotKey !== undefined) {
    const most = sheet.step(
      'onePartition',
      'records/s',
      'what one partition can do',
      f`min(${rates.produceRate}, ${rates.consumeRate})`,
    )
    const hottest = sheet.step('hottest', 'records/s', 'of the hottest key', f`${hotKey} × ${peak}`)
    if (hottest.value > most.value) {
      sheet.warn(
        'hot-key',
        `the hottest key has ${formatRate(hottest.value)}, one partition can do ${formatRate(most.value)}: no number of partitions helps; split the key`,
      )
    }
  }
  if (keys === undefined) return
  if (growth.value === 1) {
    sheet.warn(
      'keyed-growth',
      'records have keys: adding partitions later sends keys elsewhere and breaks their order, so plan for the rate in one to two years with --growth',
    )
  }
  if (keys.value < partitions.value) {
    sheet.warn(
      'few-keys',
      `${shown(keys)} can fill ${keys.value} of ${shown(partitions)}; the others stay empty`,
    )
    return
  }
  if (keys.value >= EVEN_KEYS * partitions.value || partitions.value === 1) return
  const mean = sheet.step('keysEach', 'keys', 'of a partition, on average', f`${keys} / ${partitions}`)
  const most = sheet.step(
    'keysFullest',
    'keys',
    'of the fullest partition, about',
    f`${mean} + sqrt(2 × ${mean} × ln(${partitions}))`,
    'balls in bins: the fullest of n bins',
  )
  sheet.warn(
    'uneven-keys',
    `${shown(keys)} over ${shown(partitions)}: the fullest has about ${shown(most)} where the mean is ${shown(mean)}`,
  )
}

/** With as many keys a partition the fullest is within about half of the mean. */
const EVEN_KEYS = 20
