/** Gates and places to write to, by whole commands: what a pipeline builds on. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkResult } from '../../src/core/recompute.ts'
import { producerResultSchema } from '../../src/core/result.ts'
import { hasBroker, sharedBroker } from './broker.ts'
import { type Ended, resultOf, startTune, tune } from './built.ts'
import { lacks } from './requirements.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'tune-gates-'))

/** A short run by records, on an address of the shared broker. */
const bench = (args: string[], cwd = folder()) =>
  tune(
    [
      ...['bench', 'producer', '--bootstrap-server', sharedBroker().bootstrapServers, '--driver', 'wire'],
      ...['--create-topic', '--throughput', '500', '--num-records', '500', '--report', 'json', ...args],
    ],
    { cwd },
  )

const thresholds = (name: string, body: string) => {
  const path = join(folder(), `${name}.yaml`)
  writeFileSync(path, `name: ${name}\nsource: test\nthresholds:\n${body}`)
  return path
}
const IMPOSSIBLE = `  - metric: recordsAcked
    target: { above: 1000000 }
    critical: { above: 1000000 }
`
const EASY = `  - metric: recordsAcked
    target: { above: 500 }
    critical: { above: 500 }
  - metric: recordsLost
    target: { below: 0 }
    critical: { below: 0 }
`

/** A busy machine may make any run generator-limited; that is 3, and no gate's doing. */
function passes({ code, stderr }: Ended) {
  expect(stderr).not.toMatch(/^failed: /m)
  expect([0, 3]).toContain(code)
}

describe.skipIf(!hasBroker)('a gate', () => {
  it('that is not asked for does not gate, whatever the verdicts', async () => {
    const ended = await bench(['--throughput', '200000', '--num-records', '20000'])
    expect(resultOf(ended).verdicts.length).toBeGreaterThan(3)
    passes(ended)
  })

  it('by --thresholds with a file that cannot be met ends with 1, names the metric, and keeps the result', async () => {
    const cwd = folder()
    const ended = await bench(['--thresholds', thresholds('impossible', IMPOSSIBLE)], cwd)
    expect(ended.code).toBe(1)
    expect(ended.stderr).toMatch(/^failed: recordsAcked critical$/m)
    expect(resultOf(ended).plan.thresholds).toBe('impossible')
    expect(readdirSync(join(cwd, '.tune', 'results'))).toHaveLength(1)
  })

  it('by --thresholds with a file that can be met passes', async () => {
    const ended = await bench(['--thresholds', thresholds('easy', EASY)])
    expect(resultOf(ended).verdicts.map(({ level }) => level)).toEqual(['ok', 'ok'])
    passes(ended)
  })

  it('by --fail-on fails for what was not measured: acks=0 has no latency', async () => {
    const ended = await bench(['--fail-on', 'critical', '--producer-props', 'acks=0'])
    expect(ended.code).toBe(1)
    expect(ended.stderr).toMatch(/^failed: .*latency\.p99Ms not measured/m)
  })

  it('by --strict makes an answer that is not to be trusted a failure', async () => {
    const block = { NODE_OPTIONS: `--import ${new URL('./block-thread.mjs', import.meta.url).href}` }
    const code = async (...args: string[]) => {
      const run = startTune(
        [
          ...['bench', 'producer', '--bootstrap-server', sharedBroker().bootstrapServers, '--driver', 'wire'],
          ...['--create-topic', '--throughput', '1000', '--duration', '4s', '--warmup', '0', ...args],
        ],
        { env: block },
      )
      await run.says(/measuring/)
      run.child.kill('SIGUSR2')
      return (await run.ended).code
    }
    expect(await code()).toBe(3)
    expect(await code('--strict')).toBe(1)
  })
})

describe.skipIf(!hasBroker)('the result', () => {
  it('goes to the file of --save and the word of --tag into it', async () => {
    const cwd = folder()
    const ended = await bench(['--save', 'mine.json', '--tag', 'nightly'], cwd)
    const saved = producerResultSchema.parse(JSON.parse(readFileSync(join(cwd, 'mine.json'), 'utf8')))
    expect(saved).toEqual(resultOf(ended))
    expect(saved.tag).toBe('nightly')
    expect(readdirSync(join(cwd, '.tune', 'results'))).toEqual([expect.stringContaining('nightly')])
  })

  it('is not lost when the disk of --save is full: exit 2, where it is, and one document', async () => {
    const ended = await bench(['--save', '/dev/full'])
    expect(ended.code).toBe(2)
    expect(ended.stderr).toMatch(/^error: cannot write \/dev\/full: no space is left on the device$/m)
    expect(ended.stderr).toMatch(/^hint: it is kept in (.*)$/m)
    const place = /^hint: it is kept in (.*)$/m.exec(ended.stderr)?.[1] ?? ''
    expect(producerResultSchema.parse(JSON.parse(readFileSync(place, 'utf8')))).toEqual(resultOf(ended))
  })
})

describe.skipIf(!hasBroker)('--pacing precise', () => {
  it('is in the result, with a warning that it keeps a core busy', async () => {
    const result = resultOf(await bench(['--pacing', 'precise']))
    expect(result.health.pacing).toBe('precise')
    expect(result.warnings.map(({ id }) => id)).toContain('spinning')
    expect(result.accounting).toMatchObject({ sent: 500, acked: 500 })
    expect(checkResult(result)).toEqual([])
  })
})

describe.skipIf(lacks('the native client'))('--engine mock', () => {
  const mock = (...args: string[]) =>
    tune(['bench', 'producer', '--engine', 'mock', '--num-records', '500', '--report', 'json', ...args])

  it('measures without Java, and says what its figures are', async () => {
    const ended = await mock('--throughput', '500')
    const result = resultOf(ended)
    expect(result.environment.broker).toMatchObject({ throwAway: true, engine: 'mock' })
    expect(result.accounting).toMatchObject({ sent: 500, acked: 500, found: 500, lost: 0 })
    const said = result.warnings.find(({ id }) => id === 'mock-broker')?.text
    expect(said).toContain('broker: librdkafka mock, figures show the client only')
    expect(said).toContain('one batch a fetch')
    expect(result.warnings.find(({ id }) => id === 'other-partitions')?.text).toContain(
      '4 partitions instead of 12',
    )
    expect(checkResult(result)).toEqual([])
  })

  it.each([
    ['--topic-config', ['--topic-config', 'retention.ms=1000'], /retention\.ms/],
    ['--replication-factor', ['--brokers', '3', '--replication-factor', '2'], /replicas/],
  ])('refuses %s, which it cannot have', async (flag, args, word) => {
    const { code, stdout, stderr } = await mock(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^error: /m)
    expect(stderr).toMatch(word)
    expect(stderr).toContain(`leave ${flag} out, or take --engine kafka`)
  })

  it('has three replicas with three brokers', async () => {
    const result = resultOf(await mock('--brokers', '3', '--throughput', '500'))
    expect(result.preflight.replicationFactor).toBe(3)
    expect(result.environment.broker.brokers).toBe(3)
  })
})
