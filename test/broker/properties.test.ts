import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  MEASURED_DISK_BYTES,
  propertiesText,
  retentionFor,
  type ServerPlan,
  serverProperties,
} from '../../src/broker/properties.ts'

const MIB = 2 ** 20

function plan(brokers: number, change: Partial<ServerPlan> = {}): Record<string, string> {
  const nodes = Array.from({ length: brokers }, (_, i) => ({
    id: i + 1,
    port: 21_000 + i,
    controllerPort: 22_000 + i,
    extraPorts: [23_000 + i],
  }))
  const [node] = nodes
  if (node === undefined) throw new Error('no node')
  const base = { node, nodes, logDir: '/tmp/data', measured: true, partitions: 12, listeners: [], config: {} }
  return serverProperties({ ...base, ...change })
}

describe('retention', () => {
  it('keeps all partitions and replicas, active segments included, below the bound', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.constantFrom(1, 3), (partitions, replicas) => {
        const { segmentBytes, retentionBytes } = retentionFor(MEASURED_DISK_BYTES, partitions, replicas)
        const most = partitions * replicas * (segmentBytes + retentionBytes)
        expect(most).toBeLessThanOrEqual(MEASURED_DISK_BYTES)
        expect(segmentBytes).toBeGreaterThanOrEqual(MIB)
        expect(retentionBytes).toBeGreaterThanOrEqual(segmentBytes)
      }),
    )
  })

  it('leaves 12 partitions of one broker segments of 64 MiB and more than 200 MiB each', () => {
    const { segmentBytes, retentionBytes } = retentionFor(MEASURED_DISK_BYTES, 12, 1)
    expect(segmentBytes).toBe(64 * MIB)
    expect(retentionBytes).toBeGreaterThan(200 * MIB)
  })

  it('never asks for a segment that Kafka refuses', () => {
    expect(retentionFor(MEASURED_DISK_BYTES, 100_000, 3)).toEqual({ segmentBytes: MIB, retentionBytes: MIB })
  })
})

describe('server.properties', () => {
  it('listens on the loopback only', () => {
    const properties = plan(3, { listeners: [{ name: 'PROXIED', advertisedPort: 24_000 }] })
    for (const key of ['listeners', 'advertised.listeners']) {
      for (const listener of properties[key]?.split(',') ?? [])
        expect(listener).toMatch(/^[A-Z]+:\/\/127\.0\.0\.1:\d+$/)
    }
  })

  it('replicates three times with min ISR 2 on three brokers, and once on one', () => {
    const three = plan(3)
    expect(three['default.replication.factor']).toBe('3')
    expect(three['offsets.topic.replication.factor']).toBe('3')
    expect(three['min.insync.replicas']).toBe('2')
    expect(three['transaction.state.log.min.isr']).toBe('2')
    expect(three['controller.quorum.voters']).toBe('1@127.0.0.1:22000,2@127.0.0.1:22001,3@127.0.0.1:22002')
    const one = plan(1)
    expect(one['default.replication.factor']).toBe('1')
    expect(one['min.insync.replicas']).toBe('1')
  })

  it('advertises the port of the proxy, but listens on its own', () => {
    const properties = plan(1, { listeners: [{ name: 'PROXIED', advertisedPort: 24_000 }] })
    expect(properties.listeners).toContain('PROXIED://127.0.0.1:23000')
    expect(properties['advertised.listeners']).toContain('PROXIED://127.0.0.1:24000')
    expect(properties['listener.security.protocol.map']).toContain('PROXIED:PLAINTEXT')
  })

  it('lets settings of the caller win', () => {
    expect(plan(1, { config: { 'num.io.threads': '3' } })['num.io.threads']).toBe('3')
  })

  it('makes no topic by mistake', () => {
    expect(plan(1)['auto.create.topics.enable']).toBe('false')
  })
})

describe('properties as text', () => {
  it('escapes what java.util.Properties would read otherwise', () => {
    expect(propertiesText({ 'log.dirs': 'C:\\data', 'a key': ' x\ny' })).toBe(
      'log.dirs=C:\\\\data\na\\ key=\\ x\\ny\n',
    )
  })
})
