/** What `--dry-run` of `tune bench http` tells, without an API or a broker. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../../src/cli.ts'
import type { Warning } from '../../src/core/result.ts'
import { testIo } from '../test-io.ts'

const cwd = mkdtempSync(join(tmpdir(), 'tune-http-dry-run-'))

async function dryRun(...args: string[]) {
  const io = testIo({ cwd })
  const code = await run(['bench', 'http', '--dry-run', '--sink', 'none', '--report', 'json', ...args], io)
  if (code !== 0) throw new Error(io.stderr)
  const told: { plan: Record<string, string>; warnings: Warning[] } = JSON.parse(io.stdout)
  return { ...told, ids: told.warnings.map(({ id }) => id), text: io.stdout }
}

function config(name: string, properties: Readonly<Record<string, string>>): string {
  writeFileSync(
    join(cwd, name),
    Object.entries(properties)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  )
  return name
}

const V1 = config('v1.properties', {
  'connector.class': 'io.confluent.connect.http.HttpSourceConnector',
  url: `https://api.example.com/\${entityName}`,
  'entity.names': 'orders,customers',
  'tasks.max': '2',
  'topic.name.pattern': 'http',
  'http.request.headers': 'X-Api-Key:s3cret',
  'request.intervall.ms': '5000',
  'confluent.topic.bootstrap.servers': 'localhost:9092',
})

const SHARED = config('shared.properties', {
  'http.source.url': 'http://localhost:1/records',
  'http.source.endpoints': '["https://api1.example.com", "https://api2.example.com"]',
  'http.load.balancing.strategy': 'ROUND_ROBIN',
})

describe('the plan of a configuration', () => {
  it('says what it was taken for, and what of it does nothing or is not known', async () => {
    const { plan, ids, warnings, text } = await dryRun('--config', V1)
    expect(plan['v1.properties: read as']).toBe('Confluent HTTP source V1')
    expect(plan['v1.properties: confluent.topic.bootstrap.servers']).toMatch(/^no effect: /)
    expect(ids).toContain('config-unknown')
    expect(warnings.map((one) => one.text).join()).toContain('request.intervall.ms (request.interval.ms?)')
    expect(plan.split).toBe('task 0: orders; task 1: customers')
    expect(plan.request).toBe('GET, X-Api-Key: [hidden]')
    expect(text).not.toContain('s3cret')
  })

  it('needs a yes where the API, or one of its endpoints, is not on this machine', async () => {
    for (const file of [V1, SHARED]) {
      const { plan } = await dryRun('--config', file)
      expect(plan['needs a yes']).toBe('yes: the API is not on this machine')
    }
    expect((await dryRun('--config', V1, '--yes')).plan['needs a yes']).toBe('given by --yes')
    expect((await dryRun('--url', 'http://localhost:1/')).plan['needs a yes']).toBe('no')
  })
})

describe('pages', () => {
  it.each(['page', 'offset', 'link', 'none'])('are read as the stub has them: %s', async (kind) => {
    const { plan } = await dryRun('--stub-pagination', kind)
    expect(plan.pages).toMatch(new RegExp(`^${kind}, 100 records each`))
    expect((await dryRun('--stub-pagination', kind, '--pagination', 'cursor')).plan.pages).toMatch(/^cursor/)
  })
})

describe('endpoints that share requests out', () => {
  it('are those of the configuration’s own API', async () => {
    expect((await dryRun('--config', SHARED)).plan.endpoints).toBe(
      'https://api1.example.com, https://api2.example.com',
    )
  })

  it.each([['--stub'], ['--url', 'http://localhost:2']])('are left alone with %s', async (...instead) => {
    const { plan, ids } = await dryRun('--config', SHARED, ...instead)
    expect(plan).not.toHaveProperty('endpoints')
    expect(plan['needs a yes']).toBe('no')
    expect(ids).toContain('endpoints-not-asked')
  })
})
