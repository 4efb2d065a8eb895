import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { run } from '../../src/cli.ts'
import { keepResult } from '../../src/report/store.ts'
import { CALCULATORS } from '../../src/sizing/index.ts'
import { flagOf } from '../../src/sizing/inputs.ts'
import { sizingSchema } from '../../src/sizing/schema.ts'
import { unpacedResult } from '../fixtures/result.ts'
import { testIo } from '../test-io.ts'

let cwd = ''
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'tune-size-'))
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

async function tune(...argv: string[]) {
  const io = testIo({ cwd })
  const exit = await run(argv, io)
  return { exit, out: io.stdout, err: io.stderr }
}

const words = (line: string) => line.split(' ').slice(1)

describe('tune size', () => {
  it.each(Object.values(CALCULATORS))('$name: its example runs', async ({ example, name }) => {
    const { exit, out, err } = await tune(...words(example), '--json')
    expect({ exit, err }).toEqual({ exit: 0, err: '' })
    expect(sizingSchema.parse(JSON.parse(out)).calculator).toBe(name)
  })

  it.each(Object.values(CALCULATORS))('$name: its help names every input', async ({ name, inputs }) => {
    const { exit, out } = await tune('size', name, '--help')
    expect(exit).toBe(0)
    for (const key of Object.keys(inputs)) expect(out).toContain(`${flagOf(key)} <`)
  })

  it('prints a table, JSON or Markdown', async () => {
    const line = ['size', 'partitions', '--rate', '100k/s']
    expect((await tune(...line)).out).toMatch(/^tune size partitions\n\n! 15 partitions for 100,000\/s/)
    expect((await tune(...line, '--report', 'markdown')).out).toMatch(
      /^# tune size partitions\n\n\*\*15 partitions/,
    )
    expect((await tune(...line, '--report', 'json')).out).toBe((await tune(...line, '--json')).out)
  })

  it('takes measured inputs from saved runs: a file, or the last', async () => {
    const { path = '' } = await keepResult(unpacedResult(), cwd)
    for (const which of ['last', path]) {
      const { exit, out } = await tune('size', 'partitions', '--rate', '1M/s', '--from', which, '--json')
      expect(exit).toBe(0)
      expect(JSON.parse(out).inputs.produceRate).toMatchObject({
        from: 'measured',
        source: expect.stringContaining(which),
      })
    }
  })

  it.each([
    [['partitions'], '--rate is needed'],
    [['partitions', '--rate', 'many'], "--rate: 'many' is not a rate"],
    [
      ['partitions', '--rate', '1', '--min-insync', '4'],
      '--min-insync: must be at most the replication factor 3',
    ],
    [['partitions', '--rate', '1', '--platform', 'kraff'], "--platform: there is no 'kraff'"],
    [['partitions', '--rat', '1'], "unknown option '--rat'\n(Did you mean --rate?)"],
    [['partitons'], "unknown command 'partitons'\n(Did you mean partitions?)"],
    [['partitions', '--rate', '1', '--from', 'none.json'], 'cannot read the result'],
    [['partitions', '--rate', '1', '--from', 'other.json'], 'other.json is JSON, but no result of tune'],
  ])('%j ends with 2 and says what is wrong', async (argv, message) => {
    await writeFile(join(cwd, 'other.json'), '{}')
    const { exit, out, err } = await tune('size', ...argv)
    expect({ exit, out }).toEqual({ exit: 2, out: '' })
    expect(err).toContain(message)
  })
})
