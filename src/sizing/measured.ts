/** What a saved run (`tune.result/1`) says of the inputs of a sizing: the figure, where it stands, what speaks against it. */
import { member } from '../member.ts'
import { formatBytesPerSec, formatCount, formatRate } from '../units.ts'
import { shown } from './quantity.ts'

export interface Fact {
  /** In the unit of formulas. */
  readonly value: number
  /** Figures of the result that it was made of. */
  readonly source: string
  /** Why it may be less, or more, than what a cluster will show. */
  readonly cautions: readonly { readonly id: string; readonly text: string }[]
}

/** A run as far as sizing reads it; a member that is missing or no number makes no fact. */
interface Run {
  readonly kind: string
  number(path: string): number | undefined
  text(path: string): string | undefined
}

const FACTS = {
  /** Records/s that one partition took. */
  producePerPartition(run) {
    const rate = run.number('metrics.recordsPerSec')
    const partitions = run.number('plan.partitions')
    if (run.kind !== 'producer' || rate === undefined || partitions === undefined) return undefined
    const cautions = [...pacedCaution(run), ...limitCautions(run)]
    if (partitions > 1) {
      cautions.push({
        id: 'several-partitions',
        text: `the rate of one partition is ${formatRate(rate)} divided by ${formatCount(partitions)}: a lower bound where the client was the limit; tune bench producer --partitions 1 --throughput -1 measures one`,
      })
    }
    return {
      value: rate / partitions,
      source: `metrics.recordsPerSec ${formatRate(rate)} over ${shown({ value: partitions, unit: 'partitions' })}`,
      cautions,
    }
  },
  /** Records/s that one consumer read and processed. */
  consumePerConsumer(run) {
    const rate = run.number('metrics.recordsPerSec')
    const consumers = run.number('plan.consumers')
    if (run.kind !== 'consumer' || rate === undefined || consumers === undefined) return undefined
    const cautions = limitCautions(run)
    if (run.text('plan.application.process') === 'none') {
      cautions.push({
        id: 'no-processing',
        text: 'the run only read: an application that also processes is slower; tune bench consumer --process-ms measures one',
      })
    }
    return {
      value: rate / consumers,
      source: `metrics.recordsPerSec ${formatRate(rate)} of ${shown({ value: consumers, unit: 'consumers' })}`,
      cautions,
    }
  },
  /** Records/s of the whole run. */
  rate(run) {
    const rate = run.number('metrics.recordsPerSec')
    if (rate === undefined) return undefined
    return { value: rate, source: `metrics.recordsPerSec ${formatRate(rate)}`, cautions: limitCautions(run) }
  },
  /** Keys, values and headers before compression, in bytes. */
  recordSize(run) {
    const rate = run.number('metrics.recordsPerSec')
    const bytesPerSec = run.number('metrics.bytesPerSec')
    if (rate === undefined || bytesPerSec === undefined) return undefined
    return {
      value: bytesPerSec / rate,
      source: `metrics.bytesPerSec ${formatBytesPerSec(bytesPerSec)} by metrics.recordsPerSec ${formatRate(rate)}`,
      cautions: [],
    }
  },
  /** Bytes before compression by bytes after it. */
  compression(run) {
    const ratio = run.number('metrics.compressionRatio')
    if (ratio === undefined) return undefined
    const values = run.text('plan.records.values') ?? run.text('plan.preload.records.values')
    return {
      value: Math.max(1, ratio),
      source: `metrics.compressionRatio ${formatCount(ratio, 2)}x${values === undefined ? '' : ` of values ${values}`}`,
      cautions: [],
    }
  },
} as const satisfies Record<string, (run: Run) => Fact | undefined>

export type FactName = keyof typeof FACTS

/**
 * A fact of a result; undefined where the run does not tell.
 * @param document a run, or several of one plan (`--repeat`): then the one in the middle by its rate
 */
export function factOf(name: FactName, document: unknown): Fact | undefined {
  const runs = member(document, 'runs')
  if (!Array.isArray(runs)) return FACTS[name](readRun(document))
  const rateOf = (run: unknown) => readRun(run).number('metrics.recordsPerSec') ?? 0
  const middle = runs.toSorted((a, b) => rateOf(a) - rateOf(b))[Math.floor((runs.length - 1) / 2)]
  const fact = FACTS[name](readRun(middle))
  return fact === undefined
    ? undefined
    : { ...fact, source: `${fact.source}, the middle one of ${formatCount(runs.length)} runs` }
}

type Cautions = { id: string; text: string }[]

function pacedCaution(run: Run): Cautions {
  const asked = run.number('metrics.targetRecordsPerSec')
  const isPaced = run.text('plan.load.shape') !== 'unpaced'
  if (!isPaced || asked === undefined) return []
  const text = `the run asked for ${formatRate(asked)} and no more: what it could have taken is not known; --throughput -1 measures that`
  return [{ id: 'paced', text }]
}

function limitCautions(run: Run): Cautions {
  const cautions: Cautions = []
  if (run.text('health.generatorLimited') === 'true') {
    cautions.push({
      id: 'generator-limited',
      text: 'tune itself was the limit of that run: the cluster can do more',
    })
  }
  if (run.text('environment.broker.onThisMachine') === 'true') {
    cautions.push({
      id: 'local-broker',
      text: 'that run was on a broker of the same machine: measure on the cluster that is planned',
    })
  }
  return cautions
}

function readRun(result: unknown): Run {
  const at = (path: string) => path.split('.').reduce<unknown>(member, result)
  const text = (path: string) => {
    const found = at(path)
    return typeof found === 'string' || typeof found === 'boolean' ? String(found) : undefined
  }
  return {
    kind: text('kind') ?? '',
    text,
    number(path) {
      const found = at(path)
      return typeof found === 'number' && Number.isFinite(found) && found > 0 ? found : undefined
    },
  }
}
