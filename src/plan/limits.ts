/** What breaks first as the load grows, with all else as it is planned. */
import { TuneError } from '../errors.ts'
import { type Calculator, size } from '../sizing/calculator.ts'
import { CALCULATORS, type CalculatorName } from '../sizing/index.ts'
import type { Sizing } from '../sizing/schema.ts'
import type { Answer } from './asking.ts'
import { figure, scaledText } from './figures.ts'

/** Of today's peak. */
export const LOADS = [1, 2, 5, 10] as const

export interface Limit {
  readonly id: string
  readonly title: string
  readonly unit: string
  /** What is planned, or there already. */
  readonly have: number
  /** At each of `LOADS`, every capacity used in full; undefined where the calculator refuses such a load. */
  readonly needs: readonly (number | undefined)[]
  /** Of today's peak; at it nothing is left. Undefined where it holds beyond a thousandfold. */
  readonly holdsUpTo: number | undefined
  /** What decides there: `byDisk`. */
  readonly because?: string
}

interface Watched {
  readonly title?: string
  need(sizing: Sizing): number | undefined
  have(answer: Answer): number | undefined
  readonly unit: string
}

const planned = (answer: Answer) => answer.have ?? answer.sizing.answer.value

/** What of each calculator's answer can run out. */
const WATCHED: Partial<Readonly<Record<CalculatorName, readonly Watched[]>>> = {
  partitions: [
    {
      unit: 'partitions',
      need: (sizing) => Math.max(figure(sizing, 'toProduce') ?? 0, figure(sizing, 'toConsume') ?? 0),
      have: planned,
    },
    {
      title: 'one partition, for the hottest key',
      unit: 'of it',
      need: (sizing) => {
        const hottest = figure(sizing, 'hottest')
        const most = figure(sizing, 'onePartition')
        return hottest === undefined || most === undefined ? undefined : hottest / most
      },
      have: () => 1,
    },
  ],
  consumers: [
    {
      unit: 'consumers',
      need: (sizing) => figure(sizing, 'toKeepUp'),
      have: (answer) =>
        Math.min(planned(answer), figure(answer.sizing, 'partitions') ?? Number.POSITIVE_INFINITY),
    },
  ],
  brokers: [{ unit: 'brokers', need: (sizing) => figure(sizing, 'need'), have: planned }],
  cku: [{ unit: 'units', need: (sizing) => figure(sizing, 'need'), have: planned }],
  cfu: [
    {
      unit: 'CFU',
      need: (sizing) => figure(sizing, 'cfu'),
      have: ({ sizing }) => (figure(sizing, 'maxCfu') ?? 0) * (figure(sizing, 'pools') ?? 1),
    },
  ],
  connector: [
    {
      unit: 'of it',
      need: (sizing) =>
        share(figure(sizing, 'peak'), figure(sizing, 'throughput')) ?? figure(sizing, 'connectors'),
      have: ({ sizing }) => figure(sizing, 'connectors') ?? 1,
    },
  ],
  flink: [{ unit: 'subtasks', need: (sizing) => figure(sizing, 'toKeepUp'), have: planned }],
}

function share(part: number | undefined, whole: number | undefined): number | undefined {
  return part === undefined || whole === undefined ? undefined : part / whole
}

/** Every capacity in full, no room for growth and nothing to lose: that is where things break. */
const NOTHING_SPARE: Readonly<Record<string, string>> = {
  growth: '1x',
  utilization: '100%',
  fill: '100%',
  survive: 'none',
}

/** The first to break first. */
export function limitsOf(answers: readonly Answer[]): Limit[] {
  return answers
    .flatMap((answer) => {
      const watched = WATCHED[answer.sizing.calculator as CalculatorName] ?? []
      return watched.flatMap((one, n) => limitOf(answer, one, n) ?? [])
    })
    .toSorted((a, b) => (a.holdsUpTo ?? Number.POSITIVE_INFINITY) - (b.holdsUpTo ?? Number.POSITIVE_INFINITY))
}

function limitOf(answer: Answer, watched: Watched, n: number): Limit | undefined {
  const sizings = new Map<number, Sizing | undefined>()
  const sizingAt = (load: number) => {
    if (!sizings.has(load)) sizings.set(load, under(answer, load))
    return sizings.get(load)
  }
  const needAt = (load: number) => {
    const sizing = sizingAt(load)
    return sizing === undefined ? undefined : watched.need(sizing)
  }
  const have = watched.have(answer)
  if (have === undefined || needAt(1) === undefined) return undefined
  const holdsUpTo = largestLoad((load) => (needAt(load) ?? Number.POSITIVE_INFINITY) <= have)
  const because = sizingAt((holdsUpTo ?? 1) * 1.05)?.answer.limitedBy
  return {
    id: n === 0 ? answer.id : `${answer.id}.${n}`,
    title: watched.title ?? answer.title,
    unit: watched.unit,
    have,
    needs: LOADS.map(needAt),
    holdsUpTo,
    ...(because === undefined ? {} : { because }),
  }
}

/** The same calculator at that load; undefined where it refuses. */
function under({ sizing, texts }: Answer, load: number): Sizing | undefined {
  // `ask` made the sizing with a calculator of this name.
  const calculator: Calculator = CALCULATORS[sizing.calculator as CalculatorName]
  const changed: Record<string, string> = { ...texts }
  for (const [key, input] of Object.entries(calculator.inputs)) {
    const text = texts[key]
    if (input.kind === 'rate' && text !== undefined && LOAD_INPUTS.includes(key)) {
      changed[key] = scaledText(input, text, load)
    }
    const full = NOTHING_SPARE[key]
    if (full !== undefined) changed[key] = full
  }
  try {
    return size(calculator, { texts: changed, curve: false })
  } catch (error) {
    if (error instanceof TuneError) return undefined
    throw error
  }
}

/** Inputs that are the load; other rates are capacities. */
const LOAD_INPUTS: readonly string[] = ['rate', 'statements']

const MOST = 1000
/** At most: of a factor below 10, for the two digits that are shown. */
const HALVINGS = 8

function largestLoad(holds: (load: number) => boolean): number | undefined {
  const known = [...LOADS, MOST]
  const broken = known.find((load) => !holds(load))
  if (broken === undefined) return undefined
  let high = broken
  let low = known.findLast((load) => load < broken) ?? 1 / MOST
  // Evenly on a scale of factors: 1.5x matters as much as 150x.
  for (let n = 0; n < HALVINGS && twoDigits(low) !== twoDigits(high); n += 1) {
    const middle = Math.sqrt(low * high)
    if (holds(middle)) low = middle
    else high = middle
  }
  return twoDigits(low)
}

function twoDigits(load: number): number {
  return Number(load.toPrecision(2))
}
