/** The cluster: partitions, brokers with their disks and lines, or the units of Confluent Cloud. */
import { type Answer, have, isCloud, type Shared } from './asking.ts'
import type { Derived, Reader } from './reader.ts'
import type { Needs } from './readers.ts'

/** Partitions spread over brokers, brokers hold partitions: asked in turn until both stay. */
export function partitionsAndBrokers(
  read: Reader,
  shared: Shared,
  { most, slowest }: Needs,
): { partitions: Answer; brokers: Answer | undefined } {
  const ask = (brokers: Derived | undefined): Answer => ({
    ...read.ask({
      calculator: 'partitions',
      places: ['topic', 'workload', 'platform', 'targets'],
      renamed: shared.rate,
      derived: { platform: shared.platform, consumers: most, consumeRate: slowest, brokers },
    }),
    id: 'partitions',
    step: 'kafka',
    title: 'partitions',
    ...have(read, 'topic.partitions'),
  })
  if (isCloud(read)) return { partitions: ask(undefined), brokers: undefined }
  let partitions = ask(countedBrokers(read, fewestBrokers(read)))
  let brokers = askBrokers(read, shared, partitions)
  for (let turn = 0; turn < 4; turn += 1) {
    const before = brokers.sizing.answer.value
    partitions = ask(countedBrokers(read, before))
    brokers = askBrokers(read, shared, partitions)
    if (brokers.sizing.answer.value === before) break
  }
  return { partitions, brokers }
}

export function topicPartitions(read: Reader, { sizing }: Answer): Derived {
  return {
    text: String(read.number('topic.partitions') ?? sizing.answer.value),
    source: read.file.given.has('topic.partitions') ? 'topic.partitions' : 'answer of partitions',
  }
}

/** Before brokers are counted: a place for each replica. */
function fewestBrokers(read: Reader): number {
  return Math.max(3, read.number('topic.replication') ?? 0)
}

function countedBrokers(read: Reader, answer: number): Derived {
  const known = read.text('platform.brokers')
  return known === undefined
    ? { text: String(answer), source: 'answer of brokers' }
    : { text: known, source: 'platform.brokers' }
}

function askBrokers(read: Reader, shared: Shared, partitions: Answer): Answer {
  const own = read.number('topic.partitions') ?? partitions.sizing.answer.value
  return {
    ...read.ask({
      calculator: 'brokers',
      places: ['topic', 'workload', 'platform', 'targets'],
      renamed: shared.rate,
      derived: {
        platform: shared.platform,
        average: shared.average,
        groups: shared.fanOut,
        partitions: allPartitions(read, own),
      },
    }),
    id: 'brokers',
    step: 'kafka',
    title: 'brokers',
    ...have(read, 'platform.brokers'),
  }
}

function allPartitions(read: Reader, own: number): Derived {
  const existing = read.number('platform.existing-partitions') ?? 0
  return {
    text: String(own + existing),
    source: existing === 0 ? 'answer of partitions' : 'answer of partitions + platform.existing-partitions',
  }
}

export function brokerAnswers(read: Reader, shared: Shared, brokers: Answer, topic: Derived): Answer[] {
  const count = countedBrokers(read, brokers.sizing.answer.value)
  const places = ['topic', 'workload', 'platform', 'targets']
  const common = { places, renamed: shared.rate }
  return [
    {
      ...read.ask({
        ...common,
        calculator: 'storage',
        derived: { average: shared.average, partitions: topic, brokers: count },
      }),
      id: 'storage',
      step: 'kafka',
      title: 'storage',
    },
    {
      ...read.ask({ ...common, calculator: 'network', derived: { groups: shared.fanOut, brokers: count } }),
      id: 'network',
      step: 'infrastructure',
      title: 'network',
    },
  ]
}

export function unitsAnswer(read: Reader, shared: Shared, partitions: number): Answer {
  const zones = read.number('platform.zones') ?? 1
  return {
    ...read.ask({
      calculator: 'cku',
      places: ['topic', 'workload', 'platform', 'targets'],
      renamed: { ...shared.rate, type: 'platform.cluster' },
      derived: {
        groups: shared.fanOut,
        partitions: allPartitions(read, partitions),
        zones: { text: zones > 1 ? 'multi' : 'single', source: 'platform.zones' },
      },
    }),
    id: 'units',
    step: 'kafka',
    title: 'units of the cluster',
    ...have(read, 'platform.units'),
  }
}
