import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { loadThresholds } from '../../src/profiles/thresholds.ts'

const folder = mkdtempSync(join(tmpdir(), 'tune-thresholds-'))
afterAll(() => rmSync(folder, { recursive: true }))

function load(entry: string) {
  writeFileSync(join(folder, 't.yaml'), `name: t\nthresholds:\n  - ${entry}\n`)
  return loadThresholds('./t.yaml', 'producer', folder)
}

test('the guide’s table is data, number for number', () => {
  const { name, thresholds } = loadThresholds('guide', 'producer')
  expect(name).toBe('guide')
  expect(thresholds.map(({ metric, target, critical }) => ({ metric, target, critical }))).toEqual([
    { metric: 'recordsPerSec', target: { above: 100_000 }, critical: { above: 50_000 } },
    { metric: 'latency.p50Ms', target: { below: 100 }, critical: { below: 500 } },
    { metric: 'latency.p99Ms', target: { below: 500 }, critical: { below: 2000 } },
    { metric: 'host.cpuRatio', target: { between: [0.6, 0.8] }, critical: { below: 0.9 } },
    { metric: 'host.memoryRatio', target: { between: [0.7, 0.85] }, critical: { below: 0.95 } },
    { metric: 'host.networkRatio', target: { below: 0.7 }, critical: { below: 0.85 } },
  ])
  expect(thresholds[0]?.source).toBe('Performance Tuning Guide, Performance Objectives')
})

test('each kind of run has the guide’s thresholds that are about it', () => {
  const metrics = (kind: 'consumer' | 'e2e') =>
    loadThresholds('guide', kind).thresholds.map(({ metric, target, critical }) => [metric, target, critical])
  expect(metrics('consumer')).toContainEqual(['lagRecords', { below: 1000 }, { below: 10_000 }])
  expect(metrics('consumer').map(([metric]) => metric)).not.toContain('latency.p99Ms')
  expect(metrics('e2e')).toContainEqual(['latency.p99Ms', { below: 2000 }, { below: 5000 }])
})

test('a connector is judged by the guide on connectors', () => {
  const own = (kind: 'http' | 'connector') =>
    loadThresholds('guide', kind)
      .thresholds.filter(({ metric }) => !metric.startsWith('host.'))
      .map(({ metric, target, critical }) => [metric, target, critical])
  const shared = [
    ['cacheHitRatio', { above: 0.8 }, { above: 0.7 }],
    ['errorRatio', { below: 0.05 }, { below: 0.05 }],
  ]
  const throughput = ['recordsPerSec', { above: 100 }, { above: 100 }]
  const seconds = (metric: string, ms: number) => [metric, { below: ms }, { below: ms }]
  // A running connector is judged by the mean that it tells, a poller of ours by the one that is measured
  expect(own('connector')).toEqual([throughput, seconds('connectorLatencyMs', 2000), ...shared])
  expect(own('http')).toEqual([
    throughput,
    seconds('service.meanMs', 2000),
    seconds('api.meanMs', 5000),
    ...shared,
  ])
})

test('a bound is a number in the metric’s unit, or has a unit of its own', () => {
  const bounds = (metric: string, target: string) =>
    load(`{ metric: ${metric}, target: ${target}, critical: { above: 0 } }`).thresholds[0]?.target
  expect(bounds('recordsPerSec', '{ above: 20k/s }')).toEqual({ above: 20_000 })
  expect(bounds('latency.p999Ms', '{ below: 1.5s }')).toEqual({ below: 1500 })
  expect(bounds('latency.p999Ms', '{ below: 1500 }')).toEqual({ below: 1500 })
  expect(bounds('errorRatio', '{ below: 1% }')).toEqual({ below: 0.01 })
  expect(bounds('bytesPerSec', '{ above: 50MiB/s }')).toEqual({ above: 52_428_800 })
  expect(bounds('compressionRatio', '{ above: 3x }')).toEqual({ above: 3 })
  expect(bounds('cpuUsPerRecord', '{ below: 5us }')).toEqual({ below: 5 })
  expect(bounds('recordsFailed', '{ below: 0 }')).toEqual({ below: 0 })
})

test.each([
  [
    '{ metric: latency.p99, target: { below: 5 }, critical: { below: 9 } }',
    /t\.yaml:3: there is no metric/,
    /latency\.p99Ms/,
  ],
  [
    '{ metric: recordsPerSec, target: { belov: 5 }, critical: { below: 9 } }',
    /t\.yaml:3: unknown key belov/,
    /below/,
  ],
  ['{ metric: recordsPerSec, target: {}, critical: { below: 9 } }', /target: needs one of/, /below/],
  [
    '{ metric: recordsPerSec, target: { below: 5, above: 2 }, critical: { below: 9 } }',
    /target: needs one of/,
    /below/,
  ],
  [
    '{ metric: recordsPerSec, target: { between: [5, 2] }, critical: { below: 9 } }',
    /lower end above/,
    /2, 5/,
  ],
  [
    '{ metric: latency.p99Ms, target: { below: soon }, critical: { below: 9 } }',
    /t\.yaml:3: target: 'soon' is not a time/,
    /500ms/,
  ],
  ['{ metric: latency.p99Ms, target: { below: .nan }, critical: { below: 9 } }', /t\.yaml:3/, /./],
  ['{ metric: latency.p99Ms, target: { below: 1 } }', /t\.yaml:3: thresholds\.0\.critical/, /./],
])('%s is an error with its line', (entry, message, hint) => {
  expect(() => load(entry)).toThrow(
    expect.objectContaining({
      code: 'CONFIG',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    }),
  )
})

test('an unknown name gets the nearest one', () => {
  expect(() => loadThresholds('giude', 'producer')).toThrow(
    expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining('did you mean guide?') }),
  )
})
