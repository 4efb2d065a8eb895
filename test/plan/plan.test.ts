import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mainAnswers } from '../../src/plan/answers.ts'
import { checksOf } from '../../src/plan/checks.ts'
import { nameOf } from '../../src/plan/fields.ts'
import { planOf } from '../../src/plan/plan.ts'
import { memo, reader, unchanged } from '../../src/plan/reader.ts'
import { planSchema } from '../../src/plan/schema.ts'
import { size } from '../../src/sizing/calculator.ts'
import { CALCULATORS } from '../../src/sizing/index.ts'
import type { Sizing } from '../../src/sizing/schema.ts'
import { amountOf, answerOf, CLOUD, changed, fileOf, levelOf, MSK, planFrom, STARTER } from './plans.ts'

const PLANS = [
  ['self-managed', STARTER],
  ['confluent-cloud', CLOUD],
  ['msk', MSK],
] as const

/** Flags of a printed command line, as texts. */
function textsIn(command: string): Record<string, string> {
  const flags = [...command.matchAll(/--([a-z-]+) ('[^']*'|\S+)/g)]
  return Object.fromEntries(flags.map(([, key = '', text = '']) => [nameOf(key), text.replaceAll("'", '')]))
}

it('has as many brokers as a partition has replicas, where the file names no brokers', () => {
  const plan = planFrom(
    changed(['  replication: 3', '  replication: 5'], ['  retention: 3d', '  retention: 1h']),
  )
  expect(amountOf(plan, 'brokers')).toBeGreaterThanOrEqual(5)
  expect(() =>
    planFrom(changed(['  replication: 3', '  replication: 5'], ['  # brokers: 6', '  brokers: 4 #'])),
  ).toThrow('topic.replication: must be at most the number of brokers 4, not 5')
})

describe.each(PLANS)('a plan on %s', (_, text) => {
  const plan = planFrom(text)

  it('is valid by its schema, and JSON keeps it whole', () => {
    expect(planSchema.strict().parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan)
  })

  it('has a command line for each answer, which comes to the same', () => {
    for (const { id, sizing, command } of plan.answers) {
      expect(command, id).toMatch(new RegExp(`^tune size ${sizing.calculator} --`))
      // A name of a table of calculators, by the line above.
      const calculator = CALCULATORS[sizing.calculator as keyof typeof CALCULATORS]
      const again = size(calculator, { texts: textsIn(command), curve: false })
      expect(again.answer, id).toEqual(sizing.answer)
    }
  })

  it('goes in the tuning order of the guide', () => {
    const steps = plan.order.map(({ step }) => step)
    expect(plan.order.map(({ title }) => title)).toEqual([
      'Kafka broker and topic configuration',
      'Producer/consumer settings',
      'Flink parallelism and state backend',
      'Connector batch and poll settings',
      'Network and infrastructure',
      'JVM and GC tuning',
    ])
    const places = plan.answers.map(({ step }) => steps.indexOf(step))
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  })

  it('holds its own load, and says how far', () => {
    expect(plan.limits.parts.length).toBeGreaterThan(3)
    for (const { id, have, needs, holdsUpTo } of plan.limits.parts) {
      expect(needs[0], id).toBeLessThanOrEqual(have)
      expect(holdsUpTo, id).toBeGreaterThanOrEqual(1)
    }
    const order = plan.limits.parts.map(({ holdsUpTo }) => holdsUpTo ?? Number.POSITIVE_INFINITY)
    expect(order).toEqual(order.toSorted((a, b) => a - b))
  })

  it('is the same for the load it has, and larger for more', () => {
    for (const { id, sizing } of plan.answers) expect(plan.grown[0]?.values[id], id).toBe(sizing.answer.value)
    for (const id of ['partitions', 'consumers.fraud', 'consumers.archive']) {
      const values = plan.grown.map((grown) => grown.values[id] ?? Number.NaN)
      expect(values, id).toEqual(values.toSorted((a, b) => a - b))
      expect(values.at(-1), id).toBeGreaterThan(values[0] ?? 0)
    }
  })

  it('lists every default that an answer was made of', () => {
    const assumed = new Set(plan.assumptions.map(({ path }) => path))
    expect(assumed).toContain('workload.other-groups')
    expect(assumed).toContain('topic.produce-rate')
    expect(assumed).not.toContain('workload.peak')
    for (const { path, text } of plan.assumptions) {
      expect(path).toMatch(/^\w+\.[\w.-]+$/)
      expect(text).not.toBe('')
    }
  })

  it('tells which input moves an answer most, the strongest first', () => {
    const strongest = plan.sensitivity.map(({ most }) => most)
    expect(strongest).toEqual(strongest.toSorted((a, b) => b - a))
    const peak = plan.sensitivity.find(({ path }) => path === 'workload.peak')
    expect(peak?.more.find(({ id }) => id === 'partitions')?.to).toBeGreaterThan(amountOf(plan, 'partitions'))
    expect(peak?.less.find(({ id }) => id === 'partitions')?.to).toBeLessThan(amountOf(plan, 'partitions'))
  })
})

describe('the answers of a plan', () => {
  const plan = planFrom(STARTER)

  it('are made of each other', () => {
    expect(amountOf(plan, 'partitions')).toBe(30)
    expect(amountOf(plan, 'consumers.fraud')).toBe(15)
    expect(amountOf(plan, 'consumers.archive')).toBe(8)
    expect(amountOf(plan, 'flink')).toBe(15)
    expect(amountOf(plan, 'brokers')).toBe(11)
    const inputs = (id: string) => answerOf(plan, id).sizing.inputs
    expect(inputs('partitions').consumers).toMatchObject({ value: 15, source: 'what Flink needs' })
    expect(inputs('partitions').brokers).toMatchObject({ value: 11, source: 'answer of brokers' })
    expect(inputs('flink').partitions).toMatchObject({ value: 30, source: 'answer of partitions' })
    expect(inputs('network').groups).toMatchObject({ value: 3, source: '2 groups + 0 others + Flink' })
    expect(inputs('storage').average).toMatchObject({ value: 0.4 })
    expect(inputs('consumers.fraud').lag).toMatchObject({ value: 45_000_000 })
    expect(inputs('partitions').rate).toMatchObject({ source: 'workload.peak' })
  })

  it('have the topic in their commands', () => {
    const lines = plan.answers.flatMap(({ sizing }) => sizing.commands.flatMap((command) => command.lines))
    expect(lines.join('\n')).toContain('--topic orders --partitions 30')
    expect(lines.join('\n')).not.toMatch(/\bTOPIC\b/)
  })

  it('use what Flink needs where it is the largest reader', () => {
    const slow = planFrom(changed(['rate-per-slot: 15k/s', 'rate-per-slot: 5k/s']))
    expect(answerOf(slow, 'partitions').sizing.inputs.consumers).toMatchObject({
      value: 43,
      source: 'what Flink needs',
    })
    expect(levelOf(slow, 'flink.partitions')).toBe('ok')
  })

  it('are those of Confluent Cloud where it is there', () => {
    const cloud = planFrom(CLOUD)
    expect(amountOf(cloud, 'units')).toBe(2)
    // 150,000/s by 70 % of 12,000/s
    expect(amountOf(cloud, 'cfu')).toBe(18)
    expect(cloud.answers.map(({ id }) => id)).not.toContain('brokers')
    expect(cloud.checks.filter(({ level }) => level !== 'ok')).toEqual([])
  })
})

describe('the checks of a plan', () => {
  it('find nothing wrong with the starter', () => {
    expect(planFrom(STARTER).checks.filter(({ level }) => level !== 'ok')).toEqual([])
  })

  it.each([
    ['too few partitions', [['  # partitions: 24 ', '  partitions: 12 ']], 'partitions.enough', 'critical'],
    [
      'consumers beyond partitions',
      [
        ['  # partitions: 24 ', '  partitions: 12 '],
        ['threads: 4', 'threads: 3'],
      ],
      'consumers.fraud.partitions',
      'critical',
    ],
    [
      'subtasks beyond partitions',
      [['  # partitions: 24 ', '  partitions: 12 ']],
      'flink.partitions',
      'warn',
    ],
    [
      'a partition that is too slow',
      [['  # partitions: 24 ', '  partitions: 12 ']],
      'partition.throughput',
      'critical',
    ],
    ['too few brokers', [['  # brokers: 6 ', '  brokers: 6 ']], 'brokers.enough', 'critical'],
    ['enough brokers', [['  # brokers: 6 ', '  brokers: 12 ']], 'brokers.enough', 'ok'],
    [
      'too few consumers',
      [['    threads: 4', '    threads: 4\n    consumers: 10']],
      'consumers.fraud.enough',
      'critical',
    ],
    ['writes that stop with a broker', [['min-insync: 2', 'min-insync: 3']], 'writes.after-loss', 'critical'],
    [
      'a latency that cannot be kept',
      [['latency: 50ms', 'latency: 1ms']],
      'consumers.fraud.latency',
      'critical',
    ],
    [
      'a key without effect',
      [['kind: self-managed ', 'kind: confluent-cloud ']],
      'unused.platform.disk',
      'warn',
    ],
  ] as const)('see %s', (_, changes, id, level) => {
    expect(levelOf(planFrom(changed(...changes)), id)).toBe(level)
  })

  it('see a cluster type that is too small', () => {
    const small = planFrom(
      CLOUD.replace('zones: 3', 'zones: 3\n  cluster: basic').replace('100k/s ', '1M/s '),
    )
    expect(levelOf(small, 'units.fit')).toBe('critical')
  })
})

describe('headroom', () => {
  it('is that of the brokers that are left', () => {
    const { headroom } = planFrom(STARTER)
    const disk = headroom.find(({ id }) => id === 'brokers.disk')
    expect(disk?.before).toBeCloseTo(22_340 / (11 * 4096), 2)
    expect((disk?.after ?? 0) / (disk?.before ?? 1)).toBeCloseTo(11 / 10, 3)
  })

  it('counts the partitions that a lost consumer leaves to others', () => {
    const fraud = planFrom(STARTER).headroom.find(({ id }) => id === 'consumers.fraud')
    // 2 of 30 partitions each, then 3 for some; a consumer does 20,000/s
    expect(fraud).toMatchObject({ before: 0.5, after: 0.75, lost: 'consumer', level: 'ok' })
  })

  it('knows no lost broker on Confluent Cloud', () => {
    const units = planFrom(CLOUD).headroom.filter(({ id }) => id.startsWith('units.'))
    expect(units.length).toBeGreaterThan(2)
    for (const { after, lost } of units) expect({ after, lost }).toEqual({ after: undefined, lost: '' })
  })
})

describe('what breaks first', () => {
  it('is at the load where the need passes what is there', () => {
    const { limits } = planFrom(STARTER)
    const flink = limits.parts.find(({ id }) => id === 'flink')
    // 15 subtasks × 15,000/s by 100,000/s
    expect(flink).toMatchObject({ have: 15, needs: [7, 14, 34, 67] })
    expect(flink?.holdsUpTo).toBeCloseTo(2.25, 1)
    expect(limits.parts[0]?.id).toBe('flink')
  })

  it('is critical where the hottest key is too hot for a partition at the peak that is planned for', () => {
    const cool = planFrom(changed(['  # hot-key: 1%  ', '  hot-key: 2%  ']))
    expect(levelOf(cool, 'partition.hot-key')).toBe('ok')
    // 8 % of 150,000/s are 12,000/s, one partition takes 10,240/s
    const hot = planFrom(changed(['  # hot-key: 1%  ', '  hot-key: 8%  ']))
    expect(levelOf(hot, 'partition.hot-key')).toBe('critical')
  })

  it('is the hottest key where there is one', () => {
    const hot = planFrom(changed(['  # hot-key: 1%  ', '  hot-key: 8%  ']))
    expect(hot.limits.parts[0]).toMatchObject({ id: 'partitions.1', have: 1 })
    // 10,240/s of a partition by 8 % of 100,000/s
    expect(hot.limits.parts[0]?.holdsUpTo).toBeCloseTo(1.28, 1)
  })

  it('is there already where there is too little', () => {
    const few = planFrom(changed(['  # brokers: 6 ', '  brokers: 3 ']))
    expect(few.limits.parts[0]?.id).toBe('brokers')
    expect(few.limits.parts[0]?.holdsUpTo).toBeLessThan(1)
  })
})

// a busy machine takes long for a hundred plans
describe('any plan', { timeout: 120_000 }, () => {
  const rates = fc.integer({ min: 10, max: 2_000_000 })
  const texts = fc.constantFrom(STARTER, CLOUD, MSK)

  it('never needs less for more load', () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 10, max: 50 }), texts, (rate, tenths, text) => {
        const needs = (peak: number) =>
          new Map(answersAt(text, peak).map(({ id, sizing }) => [id, needOf(sizing)]))
        const less = needs(rate)
        const more = needs(Math.ceil((rate * tenths) / 10))
        for (const [id, need] of less) expect(more.get(id), id).toBeGreaterThanOrEqual(need)
      }),
    )
  })

  it('is content with its own numbers', () => {
    fc.assert(
      fc.property(rates, (peak) => {
        const before = answersAt(STARTER, peak)
        const value = (id: string) => before.find((answer) => answer.id === id)?.sizing.answer.value
        const own = STARTER.replace('  # partitions: 24 ', `  partitions: ${value('partitions')} `)
          .replace('  # brokers: 6 ', `  brokers: ${value('brokers')} `)
          .replace('    threads: 4', `    threads: 4\n    consumers: ${value('consumers.fraud')}`)
        const read = reader(fileOf(at(own, peak)), unchanged, memo())
        const again = mainAnswers(read)
        expect(checksOf(read, again).filter(({ level }) => level === 'critical')).toEqual([])
        for (const { id, sizing } of again) expect(sizing.answer.value, id).toBe(value(id))
      }),
    )
  })
})

const at = (text: string, peak: number) =>
  text.replace('  now: 40k/s ', '  # now: ').replace('peak: 100k/s', `peak: ${peak}`)

const answersAt = (text: string, peak: number) =>
  mainAnswers(reader(fileOf(at(text, peak)), unchanged, memo()))

/** Before anything is rounded up to what spreads evenly; a share of a line depends on how many brokers there are. */
function needOf({ calculator, steps, answer }: Sizing): number {
  const names = calculator === 'network' ? ['written'] : ['need', 'toKeepUp']
  return steps.find(({ name }) => names.includes(name))?.value ?? answer.value
}

describe('runs that measured', () => {
  const runs = (recordsPerSec: number) => [
    {
      path: 'p.json',
      result: {
        kind: 'producer',
        metrics: { recordsPerSec },
        plan: { partitions: 1, load: { shape: 'unpaced' } },
      },
    },
    {
      path: 'c.json',
      result: { kind: 'consumer', metrics: { recordsPerSec: 9000 }, plan: { consumers: 1 } },
    },
  ]
  const planWith = (recordsPerSec: number) => planOf({ ...fileOf(STARTER), saved: runs(recordsPerSec) })

  it('say what the file does not, and the answer moves with them', () => {
    const slow = planWith(2500)
    const inputs = answerOf(slow, 'partitions').sizing.inputs
    expect(inputs.produceRate).toMatchObject({
      value: 2500,
      from: 'measured',
      source: expect.stringMatching(/^p\.json: /),
    })
    expect(amountOf(slow, 'partitions')).toBeGreaterThan(amountOf(planWith(50_000), 'partitions'))
    expect(slow.checks.find(({ id }) => id === 'partition.throughput')?.text).toMatch(/as measured$/)
    expect(slow.answers.find(({ id }) => id === 'partitions')?.command).toMatch(/--from p\.json c\.json$/)
    expect(slow.sensitivity.map(({ path }) => path)).toContain('topic.produce-rate')
  })

  it('count less than what the file says', () => {
    const given = changed(['  # produce-rate: 20k/s', '  produce-rate: 4k/s'])
    const plan = planOf({ ...fileOf(given), saved: runs(2500) })
    expect(answerOf(plan, 'partitions').sizing.inputs.produceRate).toMatchObject({
      value: 4000,
      from: 'given',
    })
  })
})
