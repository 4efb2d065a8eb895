/** What brokers' network cards carry. */
import { formatBytesPerSec, formatShare } from '../units.ts'
import { calculator } from './calculator.ts'
import { f } from './formula.ts'
import type { Values } from './inputs.ts'
import type { Quantity } from './quantity.ts'
import { checkReplicas } from './replicas.ts'
import { AWS, GROUPS, REPLICAS, VOLUME, writtenOf } from './workload.ts'
import { type Worksheet, worksheet } from './worksheet.ts'

/** Of the guide's performance objectives. */
const GUIDE_TARGET = 0.7
const GUIDE_CRITICAL = 0.85

const inputs = {
  ...VOLUME,
  replication: REPLICAS.replication,
  ...GROUPS,
  brokers: { kind: 'count', unit: 'brokers', about: 'brokers that share it', default: '3', max: 10_000 },
  line: { kind: 'mibPerSec', about: 'network of a broker, in each direction', default: '10Gbit/s' },
  utilization: { kind: 'share', about: 'share of a line that may be used at peak', default: '70%' },
  zones: {
    kind: 'count',
    unit: 'zones',
    about: 'availability zones that brokers and clients are spread over',
    default: '3',
    max: 100,
  },
} as const

export const network = calculator({
  name: 'network',
  about: 'what brokers receive and send, against their lines, also after one is lost',
  source: AWS,
  example: 'tune size network --rate 100k/s --record-size 1KiB --groups 3 --line 10Gbit/s',
  inputs,
  exactlyOne: [['rate', 'ingress']],
  curve: { over: 'brokers', title: 'Load of the line with fewer and more brokers' },
  size(given) {
    const { brokers, line } = given
    checkReplicas(given)
    const sheet = worksheet()
    const written = writtenOf(sheet, given)
    const busier = linesOf(sheet, given, written)
    const load = sheet.step('load', '', 'of the line', f`${busier} / ${line}`)
    const text = `${formatShare(load.value)} of each line: ${formatBytesPerSec(busier.value * 1024 ** 2)} in the busier direction`
    const after = afterLoss(sheet, given, busier)
    const needed = sheet.step(
      'brokersNeeded',
      'brokers',
      'so that the busier direction stays below the utilization',
      f`max(ceil(${busier} × ${brokers} / (${line} × ${given.utilization})), ${given.replication})`,
    )
    if (load.value > given.utilization.value) {
      sheet.warn(
        'line-full',
        `the lines are at ${formatShare(load.value)}: ${needed.value} brokers, or faster lines`,
      )
    }
    crossZone(sheet, given, written)
    sheet.guide(
      'target',
      'network utilization below 70 %',
      '',
      f`${GUIDE_TARGET}`,
      `right for a whole cluster: one of ${brokers.value} brokers lost adds to the others, so plan for what is left then`,
    )
    sheet.guide('critical', 'network utilization above 85 %', '', f`${GUIDE_CRITICAL}`, 'the same')
    return sheet.sized(
      load,
      after === undefined ? text : `${text}; ${formatShare(after.value)} after a broker is lost`,
    )
  },
})

/** What a broker receives and sends; its line is full in the busier direction first. */
function linesOf(
  sheet: Worksheet,
  { replication, groups, brokers }: Values<typeof inputs>,
  written: Quantity,
): Quantity {
  const into = sheet.step(
    'inEach',
    'MiB/s',
    'into each broker: from producers and from leaders',
    f`${written} × ${replication} / ${brokers}`,
    AWS,
  )
  const out = sheet.step(
    'outEach',
    'MiB/s',
    'out of each broker: to followers and to each group',
    f`${written} × (${groups} + ${replication} - 1) / ${brokers}`,
    AWS,
  )
  return sheet.step('busier', 'MiB/s', 'in the busier direction', f`max(${into}, ${out})`)
}

function afterLoss(
  sheet: Worksheet,
  { brokers, line }: Values<typeof inputs>,
  busier: Quantity,
): Quantity | undefined {
  if (brokers.value === 1) return undefined
  const after = sheet.step(
    'loadAfterLoss',
    '',
    'of the lines that are left when a broker is lost',
    f`${busier} × ${brokers} / (${brokers} - 1) / ${line}`,
  )
  if (after.value > GUIDE_CRITICAL) {
    sheet.warn(
      'line-full-after-loss',
      `the lines that are left when a broker is lost are at ${formatShare(after.value)}`,
    )
  }
  return after
}

/** What clouds bill for. */
function crossZone(sheet: Worksheet, given: Values<typeof inputs>, written: Quantity): void {
  const { groups, replication, brokers } = given
  const zones =
    given.zones.value > brokers.value
      ? sheet.step('spread', 'zones', 'with brokers: a broker is in one', f`min(${given.zones}, ${brokers})`)
      : given.zones
  if (zones.value === 1) return
  const clients = sheet.step(
    'crossZone',
    'MiB/s',
    'between zones: from producers, among brokers, to consumers',
    f`${written} × ((1 + ${groups}) × (${zones} - 1) / ${zones} + ${replication} - 1)`,
  )
  const near = sheet.step(
    'crossZoneNear',
    'MiB/s',
    'the same where consumers read in their own zone',
    f`${clients} - ${written} × ${groups} × (${zones} - 1) / ${zones}`,
    'KIP-392: client.rack, and replica.selector.class=…RackAwareReplicaSelector on brokers',
  )
  if (near.value < clients.value) {
    sheet.command('consumers that read in their own zone', 'properties', 'client.rack=ZONE')
  }
}
