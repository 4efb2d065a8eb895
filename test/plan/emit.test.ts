import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { filesOf } from '../../src/plan/emit/index.ts'
import { parseProperties } from '../../src/properties-file.ts'
import { CLOUD, fileOf, MSK, planFrom, STARTER } from './plans.ts'

const PLANS = [
  ['self-managed', STARTER],
  ['confluent-cloud', CLOUD],
  ['msk', MSK],
] as const

const emitted = (text: string) => filesOf(planFrom(text), fileOf(text))

describe.each(PLANS)('the files of a plan on %s', (_, text) => {
  const files = emitted(text)
  const textOf = (path: string) => files.find((file) => file.path === path)?.text ?? `there is no ${path}`

  it('are each in the README, with what they were tried on', () => {
    const readme = textOf('README.md')
    for (const { path, about, triedOn } of files.filter((file) => file.path !== 'README.md')) {
      expect(readme).toContain(`| \`${path}\` | ${about} | ${triedOn ?? '**unvalidated**'}`)
    }
  })

  it('are scripts that bash reads', () => {
    const scripts = files.filter(({ path }) => path.endsWith('.sh'))
    expect(scripts.length).toBeGreaterThan(1)
    for (const { text: script } of scripts) execFileSync('bash', ['-n'], { input: script })
  })

  it('are properties without a comment in a value', () => {
    for (const { path, text: properties } of files.filter((file) => file.path.endsWith('.properties'))) {
      const lines = parseProperties(properties, path)
      expect(lines.length, path).toBeGreaterThan(5)
      for (const { key, value } of lines) expect(value, key).not.toMatch(/[#\s]/)
      expect(new Set(lines.map(({ key }) => key)).size).toBe(lines.length)
    }
  })

  it('name the topic, its partitions and its configs alike', () => {
    const config = '--config min.insync.replicas=2'
    for (const path of ['topics/kafka-topics.sh', 'topics/confluent.sh']) {
      expect(textOf(path)).toContain(config)
      expect(textOf(path)).toContain('--config retention.ms=259200000')
      expect(textOf(path)).toMatch(/--partitions \d+/)
    }
  })
})

describe("Flink's files", () => {
  it('are standard YAML of known keys', () => {
    const config: unknown = parse(
      emitted(STARTER).find(({ path }) => path === 'flink/config.yaml')?.text ?? '',
    )
    expect(config).toMatchObject({
      'parallelism.default': 15,
      'taskmanager.memory.process.size': '4096m',
      'execution.checkpointing.interval': '31000 ms',
    })
  })

  it('set in a session what is in the configuration', () => {
    const sql = emitted(STARTER).find(({ path }) => path === 'flink/session.sql')?.text ?? ''
    expect(sql).toContain("SET 'parallelism.default' = '15';")
    for (const line of sql.split('\n').filter((one) => one !== '' && !one.startsWith('--'))) {
      expect(line).toMatch(/^SET '[a-z.-]+' = '[^']+';$/)
    }
  })

  it('are those of a compute pool on Confluent Cloud, which has no configuration', () => {
    const paths = emitted(CLOUD).map(({ path }) => path)
    expect(paths).toContain('flink/compute-pool.sh')
    expect(paths).not.toContain('flink/config.yaml')
  })
})

describe('a connector that polls an API', () => {
  const connector = (kind: string) => {
    const files = emitted(`
workload: { peak: 50/s, record-size: 500 }
topic: { name: cars }
platform: { kind: self-managed }
connectors: [{ name: cars-api, kind: ${kind}, rate-limit: 2/s, response-time: 200ms }]
`)
    return JSON.parse(files.find(({ path }) => path === 'connect/cars-api.json')?.text ?? '{}')
  }

  it.each([
    ['confluent-v1', { url: 'API_URL', 'topic.name.pattern': 'cars', 'request.interval.ms': '1100' }],
    ['confluent-cloud-v1', { 'connector.class': 'HttpSource', 'topic.name.pattern': 'cars' }],
    ['confluent-v2', { 'api1.topics': 'cars', 'api1.request.interval.ms': '1200' }],
    [
      'castorm',
      { 'http.request.url': 'API_URL', 'kafka.topic': 'cars', 'http.timer.interval.millis': '1400' },
    ],
  ])('%s has its own words for where from, where to and how often', (kind, own) => {
    expect(connector(kind)).toMatchObject({ name: 'cars-api', 'tasks.max': '1', ...own })
  })
})
