import { describe, expect, it } from 'vitest'
import { TuneError } from '../../src/errors.ts'
import { changed, fileOf, planFrom, STARTER } from './plans.ts'

function errorOf(text: string): TuneError {
  try {
    planFrom(text)
  } catch (error) {
    if (error instanceof TuneError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('a plan file', () => {
  it('is read with the place of every value', () => {
    const { name, given, entries } = fileOf(STARTER)
    expect(name).toBe('orders')
    expect(given.get('workload.peak')).toEqual({ text: '100k/s', place: 'pipeline.yaml:8:3' })
    expect(given.get('groups.fraud.threads')?.text).toBe('4')
    expect(entries.groups).toEqual(['fraud', 'archive'])
  })

  it('takes a section without keys, and lists as commas', () => {
    const cloud = changed(
      ['kind: self-managed ', 'kind: confluent-cloud '],
      ['rate-per-slot: 15k/s ', 'statements: [60k, 40k/s] #'],
    )
    expect(fileOf(cloud).given.get('flink.statements')?.text).toBe('60k,40k/s')
    expect(fileOf('workload:\n  peak: 1k/s\nplatform: { kind: msk }\nflink:\n').sections.has('flink')).toBe(
      true,
    )
  })

  it.each([
    [
      'a misspelt key',
      [['  zones: 3', '  zone: 3']],
      'pipeline.yaml:26:3: unknown key zone',
      'did you mean zones?',
    ],
    [
      'a misspelt section',
      [['targets:', 'target:']],
      'pipeline.yaml:59:1: unknown key target',
      'did you mean targets?',
    ],
    [
      'a key of another section',
      [['  zones: 3', '  retention: 3d']],
      'pipeline.yaml:26:3: unknown key retention',
      'one of kind',
    ],
    [
      'a wrong unit',
      [['100k/s ', '100KiB ']],
      "pipeline.yaml:8:3: workload.peak: '100KiB' is not a rate",
      '20k/s',
    ],
    [
      'a missing unit',
      [['retention: 3d', 'retention: 3']],
      "pipeline.yaml:20:3: topic.retention: '3' is not a time",
      '1h30m',
    ],
    ['a negative rate', [['100k/s ', '-100k/s ']], 'pipeline.yaml:8:3: workload.peak', '20k/s'],
    ['a negative size', [['4TiB', '-4TiB']], 'pipeline.yaml:28:3: platform.disk', '32KiB'],
    [
      'zero',
      [['zones: 3', 'zones: 0']],
      'pipeline.yaml:26:3: platform.zones: must be at least 1',
      'for example 100',
    ],
    [
      'NaN',
      [['threads: 4', 'threads: .nan']],
      "pipeline.yaml:37:5: groups.fraud.threads: '.nan' is not a number",
      '5000',
    ],
    [
      'the absurd',
      [['growth: 1.5x', 'growth: 1000000x']],
      'pipeline.yaml:9:3: workload.growth: must be at most 10,000',
      '3x',
    ],
    [
      'an unknown word',
      [['kind: self-managed', 'kind: kafka']],
      "pipeline.yaml:25:3: platform.kind: there is no 'kafka'",
      'msk',
    ],
    [
      'a name that is none',
      [['name: orders\n  rep', 'name: my orders\n  rep']],
      "pipeline.yaml:17:3: topic.name: 'my orders' is not a name",
      'underscore',
    ],
    [
      'min ISR above the replicas',
      [['min-insync: 2', 'min-insync: 4']],
      'pipeline.yaml:19:3: topic.min-insync: must be at most the replication factor 3, not 4',
      '2 of 3',
    ],
    [
      'a collector that the JDK has not',
      [
        ['# jvm: ', 'jvm: '],
        ['#   jdk: 17', '  jdk: 8\n  gc: zgc'],
      ],
      'pipeline.yaml:58:3: jvm.gc: JDK 8 has no ZGC',
      'from 11 on',
    ],
    [
      'a hottest key below its equal share',
      [
        ['keys: 1M ', 'keys: 10 '],
        ['# hot-key: 1%', 'hot-key: 1%'],
      ],
      'pipeline.yaml:13:3: workload.hot-key: must be at least the equal share of 10 keys, 10 %',
      'hottest',
    ],
    [
      'an average above the peak',
      [['now: 40k/s', 'now: 140k/s']],
      'pipeline.yaml:7:3: workload.now: must be at most workload.peak',
      'average',
    ],
    [
      'the same said twice',
      [['    threads: 4', '    consume-rate: 5k/s']],
      'groups.fraud.consume-rate say the same thing twice',
      'give one of',
    ],
    [
      'two of one name',
      [['name: archive', 'name: fraud']],
      'pipeline.yaml:38:5: groups: there are two called fraud',
      'of its own',
    ],
    [
      'a draining without a backlog',
      [['  outage: 5m', '  # outage: 5m']],
      'targets.drain-within: needs a backlog of group fraud',
      'targets.outage',
    ],
    [
      'keys of another platform',
      [['  zones: 3', '  units: 4']],
      'pipeline.yaml:26:3: platform.units: is of confluent-cloud, and platform.kind is self-managed',
      'take one',
    ],
    ['YAML that is none', [['workload:', 'workload: [']], 'pipeline.yaml:', 'mend the YAML'],
  ] as const)('names the place and the way out of %s', (_, changes, message, hint) => {
    const error = errorOf(changed(...changes))
    expect(error.message).toContain(message)
    expect(error.hint).toContain(hint)
    expect(error.exitCode).toBe(2)
  })

  it.each([
    ['workload: {}\nplatform: { kind: msk }', 'workload.peak is needed: records per second at peak'],
    ['workload: { peak: 1k/s }', 'platform.kind is needed'],
    ['- a', 'the plan: must be keys with values'],
    ['workload: 5', 'workload: must be keys with values'],
    ['workload: { peak: { a: 1 } }', 'workload.peak: must be one value'],
    ['groups: { a: 1 }', 'groups: must be a list'],
    ['groups: [{ threads: 1 }]', 'groups: an entry needs a name'],
    [
      'workload: { peak: 1k/s }\nplatform: { kind: msk }\ngroups: [{ name: a }]',
      'groups.a.process-time or pipeline.yaml: groups.a.consume-rate is needed',
    ],
    ['workload: { peak: 1k/s, peak: 2k/s }', 'map keys must be unique'],
  ])('%j is refused', (text, message) => {
    expect(errorOf(text).message).toContain(message)
  })
})
