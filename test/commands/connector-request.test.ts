import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { addConnectorFlags, type ConnectorFlags } from '../../src/commands/connector-flags.ts'
import { readConnectorRequest } from '../../src/commands/connector-request.ts'
import { REPORT_NAMES } from '../../src/report/names.ts'
import { testIo } from '../test-io.ts'

const read = (flags: ConnectorFlags, env: Record<string, string> = {}, cwd = '/') =>
  readConnectorRequest(flags, testIo({ env, cwd }))

describe('what is watched', () => {
  it('is at least one source', () => {
    expect(() => read({})).toThrow(/nothing to watch/)
    expect(() => read({ topic: 'a' })).toThrow(/--topic needs a cluster/)
    expect(() => read({ bootstrapServer: '127.0.0.1:9092' })).toThrow(/no records would be counted/)
    expect(() => read({ connectUrl: 'http://127.0.0.1:8083', metricsField: ['a=b'] })).toThrow(
      /--metrics-url, which is missing/,
    )
  })

  it('is one minute, each second, by the guide’s rules and thresholds, unless it is said otherwise', () => {
    const request = read({ connectUrl: 'http://127.0.0.1:8083' })
    expect(request).toMatchObject({ durationMs: 60_000, intervalMs: 1000, repeat: 1 })
    expect(request.rules.rules.map(({ id, forMs, when }) => [id, forMs, when])).toEqual([
      ['throughput-low', 300_000, { below: 100 }],
      ['latency-high', 180_000, { above: 2000 }],
      ['cache-hit-low', 600_000, { below: 0.8 }],
      ['error-rate-high', 120_000, { above: 0.05 }],
    ])
    expect(request.thresholds.thresholds.map(({ metric }) => metric).toSorted()).toEqual([
      'cacheHitRatio',
      'connectorLatencyMs',
      'errorRatio',
      'recordsPerSec',
    ])
  })

  it('is longer than an interval', () => {
    expect(() => read({ connectUrl: 'http://h', duration: '500ms' })).toThrow(/shorter than --interval/)
    expect(() => read({ connectUrl: 'http://h', interval: '10ms' })).toThrow(/--interval/)
  })
})

describe('an address', () => {
  it('has its secrets from elsewhere, whatever characters they have', () => {
    const address = 'http://me:${' + 'env:PW}@h:1/x'
    expect(read({ jolokiaUrl: address }, { PW: 'a/b@c' }).jolokiaUrl).toBe('http://me:a%2Fb%40c@h:1/x')
    expect(() => read({ jolokiaUrl: address })).toThrow(/PW, which is not set/)
  })

  it('with a typed password is refused, without saying it', () => {
    expect(() => read({ connectUrl: 'http://me:hunter2@h:1' })).toThrow(/^(?!.*hunter2).*on the command line/)
  })

  it('is HTTP', () => {
    for (const text of ['h:8083', 'ftp://h', 'http://']) {
      expect(() => read({ connectUrl: text }), text).toThrow(/is not an http or https address/)
    }
  })
})

describe('a load on the source', () => {
  const load = (sourceLoad: string) => read({ connectUrl: 'http://h', sourceLoad }).sourceLoad

  it('is an address and a rate', () => {
    expect(load('http://127.0.0.1:8080/records?a=b=500/s')).toEqual({
      kind: 'api',
      target: new URL('http://127.0.0.1:8080/records?a=b'),
      recordsPerSec: 500,
    })
    expect(() => load('http://127.0.0.1:8080/records')).toThrow(/not ADDRESS=RATE/)
    expect(() => load('http://127.0.0.1:8080=0')).toThrow(/--source-load/)
    expect(() => load('ftp://h/x=1/s')).toThrow(/cannot drive ftp:/)
  })

  it('is a table of a database, whose URL keeps what is the server’s', () => {
    const rows = load('postgres://me@db:6000/shop?table=sales.orders&sslmode=require=2k/s')
    expect(rows).toMatchObject({
      kind: 'rows',
      recordsPerSec: 2000,
      table: { schema: 'sales', table: 'orders' },
      database: { url: 'postgres://me@db:6000/shop?sslmode=require', shown: 'db:6000/shop' },
    })
    expect(load('postgres://me@db/shop?table=orders=1/s')).toMatchObject({
      table: { schema: 'public', table: 'orders' },
      database: { url: 'postgres://me@db/shop' },
    })
    expect(() => load('postgres://me@db/shop?a=b=500/s')).toThrow(/names no table/)
    expect(() => load('postgres://me:hunter2@db/shop?table=t=500/s')).toThrow(/password on the command line/)
  })
})

describe('rules of a file', () => {
  const rules = (text: string) => {
    const cwd = mkdtempSync(join(tmpdir(), 'tune-rules-'))
    writeFileSync(join(cwd, 'r.yaml'), `name: r\nrules:\n  - ${text}\n`)
    return read({ connectUrl: 'http://h', rules: './r.yaml' }, {}, cwd).rules
  }

  it('are about what a sample has, in its units', () => {
    expect(rules('{ id: a, metric: recordsPerSec, below: 5k/s, for: 30s, judge: mean }').rules).toEqual([
      {
        id: 'a',
        metric: 'recordsPerSec',
        when: { below: 5000 },
        forMs: 30_000,
        judge: 'mean',
        source: './r.yaml',
      },
    ])
  })

  it.each([
    [
      '{ id: a, metric: latency.p99Ms, above: 1, for: 1s }',
      /r\.yaml:3: no sample has a metric latency\.p99Ms/,
    ],
    ['{ id: a, metric: recordsPerSec, for: 1s }', /needs one of above and below/],
    ['{ id: a, metric: recordsPerSec, above: 1, below: 2, for: 1s }', /needs one of above and below/],
    ['{ id: a, metric: recordsPerSec, above: 1, for: soon }', /r\.yaml:3: for/],
    ['{ id: a, metric: recordsPerSec, abov: 1, for: 1s }', /unknown key abov/],
  ])('that are wrong are refused with their line: %s', (text, message) => {
    expect(() => rules(text)).toThrow(message)
  })
})

describe('the answer', () => {
  it('comes in every format that needs no histogram', () => {
    const { options } = addConnectorFlags(new Command('connector'))
    expect(options.find(({ long }) => long === '--report')?.argChoices).toEqual(REPORT_NAMES)
  })
})
