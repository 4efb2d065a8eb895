/** Who reads the topic: consumer groups and Flink. */
import { type Answer, have, isCloud, type Shared } from './asking.ts'
import { figure } from './figures.ts'
import type { Derived, Question, Reader } from './reader.ts'

/** A number of partitions that no need comes near: to hear what Flink needs before partitions are known. */
const BOUNDLESS = 1_000_000

/** What each group and Flink need when partitions do not bind them. */
export interface Needs {
  /** Of the largest; undefined where nothing reads that is sized here. */
  readonly most: Derived | undefined
  /** Records/s of the slowest reader's consumer. */
  readonly slowest: Derived | undefined
}

export function readersNeeds(read: Reader, shared: Shared): Needs {
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

export function groupAnswers(read: Reader, shared: Shared, topic: Derived): Answer[] {
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

export function lagAnswer(read: Reader, shared: Shared): Answer[] {
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

/** Whose Flink it is, where there is one. */
function flinkService(read: Reader): 'cfu' | 'flink' | undefined {
  if (!read.file.sections.has('flink')) return undefined
  const service = read.text('flink.service') ?? (isCloud(read) ? 'confluent-cloud' : 'self-managed')
  return service === 'confluent-cloud' ? 'cfu' : 'flink'
}

export function flinkAnswer(read: Reader, shared: Shared, topic: Derived): Answer[] {
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
