/** Runs every calculator that applies, each with the answers of those before it. */

import { connectorAnswers } from './connectors.ts'
import { keyOf } from './fields.ts'
import { figure } from './figures.ts'
import { memoryAnswers } from './memory.ts'
import type { Asked, Derived, Question, Reader } from './reader.ts'
import type { TuningStep } from './steps.ts'

export interface Answer extends Asked {
  /** `partitions`, `consumers.fraud`. */
  readonly id: string
  readonly step: TuningStep
  readonly title: string
  /** What there is, where the file says it; what is asked for is in the sizing. */
  readonly have?: number
}

/** A number of partitions that no need comes near: to hear what Flink needs before partitions are known. */
const BOUNDLESS = 1_000_000

/** @throws TuneError USAGE at the place of a value that is wrong or contradicts another */
export function answersOf(read: Reader): Answer[] {
  const main = mainAnswers(read)
  return [...main, ...followingAnswers(read, main)]
}

/** What there has to be how many of: the rest follows from these. */
export function mainAnswers(read: Reader): Answer[] {
  const shared = sharedOf(read)
  const needs = readersNeeds(read, shared)
  const { partitions, brokers } = partitionsAndBrokers(read, shared, needs)
  const topic = topicPartitions(read, partitions)
  return [
    partitions,
    brokers ?? unitsAnswer(read, shared, Number(topic.text)),
    ...groupAnswers(read, shared, topic),
    ...flinkAnswer(read, shared, topic),
    ...connectorAnswers(read),
  ]
}

function followingAnswers(read: Reader, main: readonly Answer[]): Answer[] {
  const shared = sharedOf(read)
  const [partitions] = main
  if (partitions === undefined) return []
  const brokers = main.find(({ id }) => id === 'brokers')
  const topic = topicPartitions(read, partitions)
  return [
    ...(brokers === undefined ? [] : brokerAnswers(read, shared, brokers, topic)),
    ...lagAnswer(read, shared),
    ...memoryAnswers(read, main),
  ]
}

function topicPartitions(read: Reader, { sizing }: Answer): Derived {
  return {
    text: String(read.number('topic.partitions') ?? sizing.answer.value),
    source: read.file.given.has('topic.partitions') ? 'topic.partitions' : 'answer of partitions',
  }
}

export function isCloud(read: Reader): boolean {
  return read.text('platform.kind') === 'confluent-cloud'
}

/** Whose Flink it is, where there is one. */
export function flinkService(read: Reader): 'cfu' | 'flink' | undefined {
  if (!read.file.sections.has('flink')) return undefined
  const service = read.text('flink.service') ?? (isCloud(read) ? 'confluent-cloud' : 'self-managed')
  return service === 'confluent-cloud' ? 'cfu' : 'flink'
}

interface Shared {
  readonly rate: Readonly<Record<string, string>>
  readonly platform: Derived
  readonly average: Derived | undefined
  readonly fanOut: Derived
}

function sharedOf(read: Reader): Shared {
  const { file } = read
  const peak = read.number('workload.peak') ?? 0
  const now = read.number('workload.now')
  if (now !== undefined && now > peak) {
    throw read.refuse('workload.now', 'must be at most workload.peak', 'the average cannot be above the peak')
  }
  const others = read.number('workload.other-groups') ?? 0
  const groups = file.entries.groups.length + others + (file.sections.has('flink') ? 1 : 0)
  return {
    rate: { rate: 'workload.peak' },
    platform: { text: platformOf(read), source: 'platform.kind' },
    average:
      now === undefined ? undefined : { text: String(now / peak), source: 'workload.now / workload.peak' },
    fanOut: {
      text: String(groups),
      source: `${file.entries.groups.length} groups + ${others} others${file.sections.has('flink') ? ' + Flink' : ''}`,
    },
  }
}

function platformOf(read: Reader): string {
  const kind = read.text('platform.kind')
  const only: Readonly<Record<string, string>> = {
    cluster: 'confluent-cloud',
    units: 'confluent-cloud',
    instance: 'msk',
    controllers: 'self-managed',
  }
  for (const [key, owner] of Object.entries(only)) {
    if (kind === owner || !read.file.given.has(`platform.${key}`)) continue
    throw read.refuse(
      `platform.${key}`,
      `is of ${owner}, and platform.kind is ${kind}`,
      `take one of the two out`,
    )
  }
  if (kind === 'confluent-cloud' && read.file.given.has('platform.brokers')) {
    throw read.refuse(
      'platform.brokers',
      'brokers of Confluent Cloud are not yours to count',
      'units are: platform.units',
    )
  }
  if (kind === 'confluent-cloud') return `confluent-${read.text('platform.cluster')}`
  return kind === 'msk'
    ? `msk-${read.text('platform.instance')}`
    : (read.text('platform.controllers') ?? 'kraft')
}

/** What each group and Flink need when partitions do not bind them. */
interface Needs {
  /** Of the largest; undefined where nothing reads that is sized here. */
  readonly most: Derived | undefined
  /** Records/s of the slowest reader's consumer. */
  readonly slowest: Derived | undefined
}

function readersNeeds(read: Reader, shared: Shared): Needs {
  const found = read.file.entries.groups.map((name) => {
    const { sizing } = read.ask(groupQuestion(read, shared, name))
    return { name: `group ${name}`, need: sizing.answer.value, rate: figure(sizing, 'perConsumer') ?? 0 }
  })
  const flink = flinkService(read) === 'flink' ? flinkNeed(read, shared) : undefined
  const [most] = [...found, ...(flink === undefined ? [] : [flink])].toSorted((a, b) => b.need - a.need)
  const [slowest] = found.toSorted((a, b) => a.rate - b.rate)
  return {
    most: most && { text: String(most.need), source: `what ${most.name} needs` },
    slowest: slowest && { text: String(slowest.rate), source: `what a consumer of ${slowest.name} does` },
  }
}

function flinkNeed(read: Reader, shared: Shared): { name: string; need: number } | undefined {
  const { sizing } = read.ask(
    flinkQuestion(shared, { text: String(BOUNDLESS), source: 'any number of partitions' }),
  )
  const need = figure(sizing, 'toKeepUp')
  return need === undefined ? undefined : { name: 'Flink', need }
}

/** Partitions spread over brokers, brokers hold partitions: asked in turn until both stay. */
function partitionsAndBrokers(
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
  let partitions = ask(undefined)
  let brokers = askBrokers(read, shared, partitions)
  for (let turn = 0; turn < 4; turn += 1) {
    const before = brokers.sizing.answer.value
    partitions = ask(countedBrokers(read, before))
    brokers = askBrokers(read, shared, partitions)
    if (brokers.sizing.answer.value === before) break
  }
  return { partitions, brokers }
}

export function countedBrokers(read: Reader, answer: number): Derived {
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

function brokerAnswers(read: Reader, shared: Shared, brokers: Answer, topic: Derived): Answer[] {
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

function unitsAnswer(read: Reader, shared: Shared, partitions: number): Answer {
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

export function have(read: Reader, path: string): { have?: number } {
  const value = read.number(path)
  return value === undefined ? {} : { have: value }
}

function groupQuestion(read: Reader, shared: Shared, name: string): Question {
  const place = `groups.${name}`
  const backlog = backlogOf(read, name)
  const isDraining = read.text('targets.drain-within') !== undefined
  if (isDraining && backlog === undefined && !read.file.given.has(`${place}.lag`)) {
    throw read.refuse(
      'targets.drain-within',
      `needs a backlog of group ${name}`,
      `say how long a group may be down with targets.outage, or ${place}.lag`,
    )
  }
  return {
    calculator: 'consumers',
    places: [place, 'workload', 'targets'],
    renamed: shared.rate,
    derived: { lag: backlog },
  }
}

/** What gathers while a group is down, unless its lag is said. */
function backlogOf(read: Reader, name: string): Derived | undefined {
  const outage = read.number('targets.outage')
  if (read.file.given.has(`groups.${name}.lag`) || outage === undefined) return undefined
  const arriving = (read.number('workload.peak') ?? 0) * (read.number('workload.growth') ?? 1)
  return { text: String(Math.ceil(arriving * outage)), source: 'the peak for targets.outage' }
}

function groupAnswers(read: Reader, shared: Shared, topic: Derived): Answer[] {
  return read.file.entries.groups.map((name) => {
    const question = groupQuestion(read, shared, name)
    return {
      ...read.ask({ ...question, derived: { ...question.derived, partitions: topic } }),
      id: `consumers.${name}`,
      step: 'clients',
      title: `consumers of ${name}`,
      ...have(read, `groups.${name}.consumers`),
    }
  })
}

function lagAnswer(read: Reader, shared: Shared): Answer[] {
  if (read.text('targets.max-lag') === undefined) return []
  return [
    {
      ...read.ask({
        calculator: 'lag',
        places: ['workload'],
        renamed: { ...shared.rate, behind: 'targets.max-lag' },
      }),
      id: 'lag',
      step: 'clients',
      title: 'lag to alert on',
    },
  ]
}

function flinkQuestion(shared: Shared, topic: Derived): Question {
  return {
    calculator: 'flink',
    places: ['flink', 'workload', 'targets'],
    renamed: shared.rate,
    derived: { partitions: topic },
  }
}

function flinkAnswer(read: Reader, shared: Shared, topic: Derived): Answer[] {
  const service = flinkService(read)
  if (service === undefined) return []
  const common = { step: 'flink', ...have(read, 'flink.parallelism') } as const
  if (service === 'flink') {
    return [{ ...read.ask(flinkQuestion(shared, topic)), ...common, id: 'flink', title: 'Flink' }]
  }
  const statements = read.text('flink.statements') !== undefined
  return [
    {
      ...read.ask({
        calculator: 'cfu',
        places: ['flink', 'workload', 'targets'],
        renamed: statements ? { rate: 'flink.statements' } : shared.rate,
      }),
      ...common,
      id: 'cfu',
      title: 'Flink compute pool',
    },
  ]
}

/** The command line that shows every step of an answer. */
export function commandOf({ sizing, texts }: Asked): string {
  const flags = Object.entries(texts).map(([key, text]) => {
    return `--${keyOf(key)} ${/[^\w.%/,:+-]/.test(text) ? `'${text}'` : text}`
  })
  return ['tune size', sizing.calculator, ...flags].join(' ')
}
