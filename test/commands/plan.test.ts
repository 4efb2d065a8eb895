import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { run } from '../../src/cli.ts'
import { planDiffSchema, planSchema } from '../../src/plan/schema.ts'
import { changed, STARTER } from '../plan/plans.ts'
import { testIo } from '../test-io.ts'

let cwd = ''
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'tune-plan-'))
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

async function tune(...argv: string[]) {
  const io = testIo({ cwd })
  const exit = await run(argv, io)
  return { exit, out: io.stdout, err: io.stderr }
}

const write = (name: string, text: string) => writeFile(join(cwd, name), text)

/** A busy machine takes long for the whole starter. */
const SLOW = { timeout: 120_000 }

/** Little to count. */
const SMALL = 'name: small\nworkload: { peak: 1k/s }\nplatform: { kind: msk }\n'

describe('tune plan', SLOW, () => {
  it('writes a starter that plans without an error, and never over what is there', async () => {
    expect(await tune('plan', 'init')).toMatchObject({
      exit: 0,
      out: '',
      err: expect.stringContaining('tune plan pipeline.yaml'),
    })
    expect(await readFile(join(cwd, 'pipeline.yaml'), 'utf8')).toBe(STARTER)
    expect(await tune('plan', 'pipeline.yaml')).toMatchObject({ exit: 0, err: '' })
    await write('pipeline.yaml', 'mine')
    expect(await tune('plan', 'init')).toMatchObject({
      exit: 2,
      err: expect.stringContaining('pipeline.yaml is there already'),
    })
    expect(await readFile(join(cwd, 'pipeline.yaml'), 'utf8')).toBe('mine')
    expect((await tune('plan', 'init', '--force')).exit).toBe(0)
    expect(await readFile(join(cwd, 'pipeline.yaml'), 'utf8')).toBe(STARTER)
    expect((await tune('plan', 'init', 'no/such/folder.yaml')).err).toContain(
      'cannot write no/such/folder.yaml',
    )
  })

  it('compares two without a word that only one could follow', async () => {
    await write('a.yaml', SMALL)
    await write('b.yaml', SMALL)
    const diff = ['plan', '--diff', 'a.yaml', 'b.yaml']
    expect((await tune(...diff)).out).toContain('✓ no answer changes; no input differs')
    for (const [flag, value] of [
      ['--emit', 'files'],
      ['--fail-on', 'warn'],
    ] as const) {
      expect(await tune(...diff, flag, value)).toMatchObject({
        exit: 2,
        err: expect.stringContaining(`${flag} is for one plan`),
      })
    }
  })

  it('keeps the first and the largest load where the terminal is narrow', async () => {
    await write('a.yaml', SMALL)
    const io = testIo({ cwd, columns: 60 })
    expect(await run(['plan', 'a.yaml'], io)).toBe(0)
    const lines = io.stdout.split('\n')
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}part .*at 1x.*at 10x.*holds up to$/))
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}storage \(GiB\) .*\d$/))
  })

  it('prints a table, JSON or Markdown', async () => {
    await write('a.yaml', SMALL)
    expect((await tune('plan', 'a.yaml')).out).toMatch(/^tune plan\n\n✓ small: 3 partitions/)
    expect((await tune('plan', 'a.yaml', '--report', 'markdown')).out).toMatch(/^# tune plan\n\n\*\*small: 3/)
    const { out } = await tune('plan', 'a.yaml', '--json')
    expect(planSchema.parse(JSON.parse(out)).name).toBe('small')
    expect((await tune('plan', 'a.yaml', '--report', 'json')).out).toBe(out)
  })

  it('compares two plans', async () => {
    await write('old.yaml', SMALL)
    await write('new.yaml', SMALL.replace('1k/s', '2k/s'))
    const { exit, out } = await tune('plan', '--diff', 'old.yaml', 'new.yaml')
    expect(exit).toBe(0)
    expect(out).toContain('workload.peak  1k/s → 2k/s')
    const json = await tune('plan', '--diff', 'old.yaml', 'new.yaml', '--json')
    expect(planDiffSchema.parse(JSON.parse(json.out)).from).toBe('old.yaml')
  })

  it('writes files into a folder that is new or empty, else only when told', async () => {
    await write('a.yaml', STARTER)
    const { exit, out } = await tune('plan', 'a.yaml', '--emit', 'out/files')
    expect(exit).toBe(0)
    expect(out).toContain('11 files are in out/files')
    const names = await readdir(join(cwd, 'out/files'), { recursive: true })
    expect(names).toContain('topics/kafka-topics.sh')
    await write('a.yaml', SMALL)
    await write('out/files/README.md', 'mine')
    expect(await tune('plan', 'a.yaml', '--emit', 'out/files')).toMatchObject({
      exit: 2,
      out: '',
      err: expect.stringContaining('--emit: out/files is not empty'),
    })
    expect(await readFile(join(cwd, 'out/files/README.md'), 'utf8')).toBe('mine')
    expect((await tune('plan', 'a.yaml', '--emit', 'out/files', '--force')).exit).toBe(0)
    expect(await readFile(join(cwd, 'out/files/README.md'), 'utf8')).toContain('# Files of the plan small')
    await mkdir(join(cwd, 'empty'))
    expect((await tune('plan', 'a.yaml', '--emit', 'empty')).exit).toBe(0)
    expect((await tune('plan', 'a.yaml', '--emit', 'a.yaml')).exit).toBe(2)
    expect((await tune('plan', 'a.yaml', '--emit', 'a.yaml/files')).exit).toBe(2)
  })

  it.runIf(process.platform === 'linux')('gives up where no folder can be made', async () => {
    await write('a.yaml', SMALL)
    expect(await tune('plan', 'a.yaml', '--emit', '/proc/tune/plan')).toMatchObject({
      exit: 2,
      err: expect.stringContaining('cannot write /proc/tune/plan'),
    })
  })

  it('gates only when asked', async () => {
    await write('few.yaml', SMALL.replace('msk', 'msk, brokers: 3, disk: 10GiB'))
    await write('unused.yaml', SMALL.replace('msk', 'confluent-cloud, disk: 1TiB'))
    expect((await tune('plan', 'few.yaml')).exit).toBe(0)
    expect((await tune('plan', 'few.yaml', '--fail-on', 'critical')).exit).toBe(1)
    expect((await tune('plan', 'unused.yaml', '--fail-on', 'critical')).exit).toBe(0)
    expect((await tune('plan', 'unused.yaml', '--fail-on', 'warn')).exit).toBe(1)
  })

  it.each([
    [['plan'], "missing required argument 'file'"],
    [['plan', 'none.yaml'], 'there is no such file'],
    [['plan', 'a.yaml', 'a.yaml'], 'one plan at a time'],
    [['plan', '--diff', 'a.yaml'], '--diff needs two plans'],
    [['plan', 'wrong.yaml'], 'wrong.yaml:26:3: unknown key zone\nhint: did you mean zones?'],
    [['plan', 'a.yaml', '--report', 'hlog'], "'hlog' is invalid"],
  ])('%j ends with 2 and says what is wrong', async (argv, message) => {
    await write('a.yaml', SMALL)
    await write('wrong.yaml', changed(['  zones: 3', '  zone: 3']))
    const { exit, out, err } = await tune(...argv)
    expect({ exit, out }).toEqual({ exit: 2, out: '' })
    expect(err).toContain(message)
  })
})
