/** How many units of a Confluent Cloud cluster a load needs: each dimension says a number, the largest counts. */
import { formatCount } from '../units.ts'
import { calculator } from './calculator.ts'
import { type Demand, demandOf, unitsFor } from './cku-dimensions.ts'
import {
  CLUSTER_TYPES,
  type ClusterType,
  type ClusterTypeName,
  CONFLUENT_CLUSTERS,
  CONFLUENT_SOURCE,
} from './confluent-cloud.ts'
import { f } from './formula.ts'
import type { Values } from './inputs.ts'
import { type Quantity, shown } from './quantity.ts'
import { GROUPS, VOLUME } from './workload.ts'
import { type Worksheet, worksheet } from './worksheet.ts'

/** Of 365.25 days. */
const HOURS_A_MONTH = 730.5
/** What can be bought without asking: by card, by invoice or marketplace. */
const CARD_CKU = 4
const INVOICE_CKU = 24

const inputs = {
  type: { kind: 'choice', choices: CLUSTER_TYPES, about: 'cluster type', default: 'dedicated' },
  ...VOLUME,
  ...GROUPS,
  partitions: {
    kind: 'count',
    unit: 'partitions',
    about: 'partitions of all topics, before replication',
    default: '6',
    max: 1e7,
  },
  compactedPartitions: {
    kind: 'count',
    unit: 'partitions',
    about: 'those of them with cleanup.policy=compact',
    default: '0',
    min: 0,
    max: 1e7,
  },
  connections: { kind: 'count', unit: 'connections', about: 'client connections', optional: true },
  connectionAttempts: {
    kind: 'perSec',
    unit: 'attempts/s',
    about: 'new connections per second',
    optional: true,
  },
  requests: { kind: 'perSec', unit: 'requests/s', about: 'requests per second', optional: true },
  message: { kind: 'mib', about: 'largest message', optional: true, min: 1e-6 },
  zones: {
    kind: 'choice',
    choices: ['single', 'multi'],
    about: 'one zone, or several (99.99 %)',
    default: 'multi',
  },
  idempotence: {
    kind: 'choice',
    choices: ['yes', 'no'],
    about: 'producers with enable.idempotence or transactions',
    default: 'yes',
  },
  utilization: {
    kind: 'share',
    about: 'share of ingress, egress and requests that may be used: above 80 % load latency grows',
    default: '80%',
  },
  pricePerUnit: { kind: 'money', unit: 'USD', about: 'price of a unit for an hour', optional: true },
} as const

type Inputs = Values<typeof inputs>

export const cku = calculator({
  name: 'cku',
  about: 'units (CKU, eCKU) of a Confluent Cloud cluster, by cluster type; the dimension that decides',
  source: CONFLUENT_SOURCE,
  example: 'tune size cku --type dedicated --rate 100k/s --record-size 1KiB --groups 3 --partitions 500',
  inputs,
  exactlyOne: [['rate', 'ingress']],
  curve: { over: 'growth', title: 'Units as the load grows' },
  size(given) {
    const sheet = worksheet()
    const type: ClusterType = CONFLUENT_CLUSTERS[given.type]
    const demand = demandOf(sheet, given)
    const { need, decides } = unitsFor(sheet, type, demand, given)
    const least = given.zones === 'multi' ? type.minUnitsMultiZone : type.minUnits
    const units = sheet.step(
      'units',
      type.unit,
      'at least what the type begins with',
      f`max(${need}, ${least})`,
    )
    const fits = lookAtCeilings(sheet, given, units, demand)
    lookAtFeatures(sheet, given, type)
    cost(sheet, given, units)
    besideTheGuide(sheet)
    commands(sheet, given, units)
    const why = units.value > need.value ? 'the least there is' : `${TITLES[decides]} decides`
    return sheet.sized(units, `${shown(units)} of ${given.type}: ${fits ? why : 'more than the type has'}`, {
      limitedBy: units.value > need.value ? 'units' : decides,
    })
  },
})

const TITLES: Readonly<Record<string, string>> = {
  forIngress: 'ingress',
  forEgress: 'egress',
  forPartitions: 'the number of partitions',
  forCompacted: 'the number of compacted partitions',
  forConnections: 'the number of connections',
  forAttempts: 'connection attempts',
  forRequests: 'requests',
}

/** @returns whether the type can hold it; where not, which types can is said. */
function lookAtCeilings(
  sheet: Worksheet,
  given: Inputs,
  units: Quantity,
  demand: readonly Demand[],
): boolean {
  const problem = misfit(CONFLUENT_CLUSTERS[given.type], units.value, demand)
  if (problem === undefined) {
    if (given.type === 'dedicated' && units.value > CARD_CKU) {
      const most = units.value > INVOICE_CKU ? INVOICE_CKU : CARD_CKU
      sheet.warn(
        'by-request',
        `beyond ${most} CKU ${most === CARD_CKU ? 'paying by card does not reach' : 'ask Confluent support'}`,
      )
    }
    return true
  }
  const others = CLUSTER_TYPES.filter((name) => name !== given.type).flatMap((name) => {
    const type: ClusterType = CONFLUENT_CLUSTERS[name]
    if (demand.some(({ dimension, amount }) => amount.value > 0 && type.perUnit[dimension] === 0)) return []
    const { need } = unitsFor(worksheet(), type, demand, given)
    const n = Math.max(need.value, given.zones === 'multi' ? type.minUnitsMultiZone : type.minUnits)
    return misfit(type, n, demand) === undefined ? [`${name} with ${n} ${type.unit}`] : []
  })
  sheet.warn(
    'does-not-fit',
    `${problem}; ${others.length === 0 ? 'no type holds it: split it over clusters' : `it fits ${others.join(', ')}`}`,
  )
  return false
}

function misfit(type: ClusterType, units: number, demand: readonly Demand[]): string | undefined {
  if (units > type.maxUnits) return `${units} ${type.unit} are needed and ${type.maxUnits} are the most`
  const over = demand.find(({ dimension, amount }) => amount.value > type.perCluster[dimension])
  return over === undefined
    ? undefined
    : `${shown(over.amount)} are needed and ${formatCount(type.perCluster[over.dimension])} are the most of a cluster`
}

function lookAtFeatures(
  sheet: Worksheet,
  { type: name, message, idempotence }: Inputs,
  type: ClusterType,
): void {
  if (message !== undefined && message.value > type.messageMiB) {
    sheet.warn('message-size', `${name} takes messages up to ${type.messageMiB} MiB`)
  }
  if (idempotence === 'yes' && !type.transactions) {
    sheet.warn(
      'no-idempotence',
      `${name} has neither the idempotent producer nor transactions: an explicit enable.idempotence=true fails there`,
    )
  }
}

function cost(sheet: Worksheet, { pricePerUnit }: Inputs, units: Quantity): void {
  if (pricePerUnit === undefined) return
  sheet.step(
    'monthly',
    'USD',
    'a month for the units alone',
    f`${units} × ${pricePerUnit} × ${HOURS_A_MONTH}`,
  )
}

function besideTheGuide(sheet: Worksheet): void {
  sheet.guide(
    'example',
    'confluent kafka cluster update prod-kafka-east --cku 4',
    'CKU',
    f`4`,
    'a number without a load; the command takes an id (lkc-…), not a name; and brokers do not "automatically scale": only eCKU do, the CKUs of Dedicated are set by hand',
  )
}

function commands(sheet: Worksheet, { type }: { type: ClusterTypeName }, { value }: Quantity): void {
  if (type === 'dedicated') {
    sheet.command(
      'set the CKUs: Dedicated does not scale by itself, and shrinks one CKU at a time',
      'sh',
      `confluent kafka cluster update lkc-123456 --cku ${value}`,
    )
  } else {
    sheet.command(
      'let it grow that far',
      'sh',
      `confluent kafka cluster update lkc-123456 --max-ecku ${value}`,
    )
  }
}
