/** How full each part is at peak, and how full what is left gets when one of them is lost. */
import { type ClusterTypeName, CONFLUENT_CLUSTERS } from '../sizing/confluent-cloud.ts'
import type { Sizing } from '../sizing/schema.ts'
import type { Answer } from './asking.ts'
import { figure } from './figures.ts'

export interface Headroom {
  readonly id: string
  /** What is lost: `broker`, `consumer of fraud`, `TaskManager`; empty where nothing can be. */
  readonly lost: string
  readonly title: string
  /** Shares of what there is at the peak that is planned for. */
  readonly before: number
  readonly after: number | undefined
  readonly level: 'ok' | 'warn' | 'critical'
  readonly source: string
}

/** The guide's critical threshold of a line; above it there is no room for a burst. */
const TIGHT = 0.85

function levelOf(before: number, after: number | undefined): Headroom['level'] {
  const most = after ?? before
  return most > 1 ? 'critical' : most > TIGHT ? 'warn' : 'ok'
}

export function headroomOf(answers: readonly Answer[]): Headroom[] {
  return answers.flatMap((answer) => {
    switch (answer.sizing.calculator) {
      case 'brokers':
        return brokersHeadroom(answer)
      case 'cku':
        return unitsHeadroom(answer)
      case 'consumers':
        return consumersHeadroom(answer)
      case 'flink':
        return flinkHeadroom(answer)
      default:
        return []
    }
  })
}

/** Of one broker: what the cluster's load comes to, and what it has. */
const BROKER_PARTS: readonly {
  readonly id: string
  readonly title: string
  readonly source: string
  load(of: (name: string) => number): number
  capacity(of: (name: string) => number): number
}[] = [
  {
    id: 'disk',
    title: 'disk space',
    source: 'kept / (brokers × disk), once the lost replicas are made again elsewhere',
    load: (of) => of('kept'),
    capacity: (of) => of('disk'),
  },
  {
    id: 'disk-throughput',
    title: 'disk throughput',
    source: 'written × replication / (brokers × diskThroughput)',
    load: (of) => of('written') * of('replication'),
    capacity: (of) => of('diskThroughput'),
  },
  {
    id: 'line-in',
    title: 'line in',
    source: 'written × replication / (brokers × line)',
    load: (of) => of('written') * of('replication'),
    capacity: (of) => of('line'),
  },
  {
    id: 'line-out',
    title: 'line out',
    source: 'written × (groups + replication - 1) / (brokers × line)',
    load: (of) => of('written') * of('readers'),
    capacity: (of) => of('line'),
  },
  {
    id: 'cpu',
    title: 'CPU',
    source: 'busyCores / (brokers × cores)',
    load: (of) => of('busyCores'),
    capacity: (of) => of('cores'),
  },
]

function brokersHeadroom({ sizing, have }: Answer): Headroom[] {
  const brokers = have ?? sizing.answer.value
  const of = (name: string) => needed(sizing, name)
  return BROKER_PARTS.map(({ id, title, source, load, capacity }) => {
    const one = load(of) / capacity(of)
    const before = share(one / brokers)
    const after = brokers > 1 ? share(one / (brokers - 1)) : undefined
    return {
      id: `brokers.${id}`,
      lost: 'broker',
      title: `brokers: ${title}`,
      before,
      after,
      level: levelOf(before, after),
      source,
    }
  })
}

function needed(sizing: Sizing, name: string): number {
  const value = figure(sizing, name)
  if (value === undefined) throw new Error(`${sizing.calculator} has no ${name}`)
  return value
}

/** Brokers of Confluent Cloud are replaced by the service; what is used of the units is what one can see. */
function unitsHeadroom({ sizing, have }: Answer): Headroom[] {
  const type = String(sizing.inputs.type?.value) as ClusterTypeName
  const { perUnit } = CONFLUENT_CLUSTERS[type]
  const units = have ?? sizing.answer.value
  const parts = [
    ['ingress', 'written', perUnit.ingressMiBPerSec],
    ['egress', 'read', perUnit.egressMiBPerSec],
    ['partitions', 'partitions', perUnit.partitions],
    ['connections', 'connections', perUnit.connections],
    ['requests', 'requests', perUnit.requestsPerSec],
  ] as const
  return parts.flatMap(([id, name, each]) => {
    const amount = figure(sizing, name)
    if (amount === undefined) return []
    return [
      {
        id: `units.${id}`,
        lost: '',
        title: `units: ${id}`,
        before: share(amount / (units * each)),
        after: undefined,
        level: levelOf(amount / (units * each), undefined),
        source: `${name} / (units × ${each}); lost brokers are replaced by the service`,
      },
    ]
  })
}

function consumersHeadroom({ id, title, sizing, have }: Answer): Headroom[] {
  const partitions = needed(sizing, 'partitions')
  const workers = Math.min(have ?? sizing.answer.value, partitions)
  const load = (left: number) =>
    share(
      (needed(sizing, 'peak') * Math.ceil(partitions / left)) / partitions / needed(sizing, 'perConsumer'),
    )
  const before = load(workers)
  const after = workers > 1 ? load(workers - 1) : undefined
  return [
    {
      id,
      lost: 'consumer',
      title: `${title}, the busiest`,
      before,
      after,
      level: levelOf(before, after),
      source: 'peak × ceil(partitions / consumers) / partitions / perConsumer',
    },
  ]
}

function flinkHeadroom({ id, sizing, have }: Answer): Headroom[] {
  const managers = needed(sizing, 'taskManagers')
  const slots = needed(sizing, 'slots')
  const parallelism = have ?? sizing.answer.value
  const full = (left: number) => share(parallelism / (left * slots))
  return [
    {
      id,
      lost: 'TaskManager',
      title: 'Flink: slots',
      before: full(managers),
      after: managers > 1 ? full(managers - 1) : undefined,
      // Slots are meant to be full: what counts is whether the job goes on without one TaskManager.
      level: managers > 1 && full(managers - 1) <= 1 ? 'ok' : 'warn',
      source: 'parallelism / (TaskManagers × slots); above 100 % the job waits for a new TaskManager',
    },
  ]
}

function share(value: number): number {
  return Number(value.toPrecision(4))
}
