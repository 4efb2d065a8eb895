import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { run } from '../../src/cli.ts'
import type { Io } from '../../src/commands/io.ts'
import { keepResult } from '../../src/report/store.ts'
import { pairedDiffDocument } from '../fixtures/diff.ts'
import { generatorLimitedResult, pacedResult } from '../fixtures/result.ts'

let cwd = ''
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'tune-report-'))
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

const tune = (...argv: string[]) => tuneIn({}, ...argv)

async function tuneIn(world: Partial<Pick<Io, 'env' | 'outIsTerminal'>>, ...argv: string[]) {
  const written = { out: '', err: '' }
  const exit = await run(argv, {
    out: (text) => {
      written.out += text
    },
    err: (text) => {
      written.err += text
    },
    outIsTerminal: false,
    errIsTerminal: false,
    inIsTerminal: false,
    columns: 80,
    outHasColor: false,
    errHasColor: false,
    env: {},
    cwd,
    ask: async () => undefined,
    exitCode: 0,
    ...world,
  })
  return { ...written, exit }
}

describe('tune report', () => {
  it('shows the last result in any format, with nothing else on standard output', async () => {
    await keepResult(pacedResult(), cwd)
    const json = await tune('report', 'last', '--report', 'json')
    expect(JSON.parse(json.out)).toEqual(JSON.parse(JSON.stringify(pacedResult())))
    expect(json).toMatchObject({ err: '', exit: 0 })
    expect((await tune('report')).out).toContain('2,000/s')
    expect((await tune('report', '--report', 'apache')).out.split('\n')).toHaveLength(4)
  })

  it('writes to a file, and refuses one that it cannot write before reading', async () => {
    await keepResult(pacedResult(), cwd)
    const path = join(cwd, 'run.hlog')
    expect(await tune('report', '--report', 'hlog', '--output', path)).toMatchObject({
      out: '',
      err: '',
      exit: 0,
    })
    expect(await readFile(path, 'utf8')).toContain('Tag=latency')
    expect(await tune('report', '--output', join(cwd, 'none', 'x'))).toMatchObject({ out: '', exit: 2 })
  })

  it('reads a comparison, and a report in HTML, as it reads a result', async () => {
    const diff = join(cwd, 'diff.json')
    await writeFile(diff, JSON.stringify(pairedDiffDocument()))
    expect((await tune('report', diff)).out).toContain('regression: Throughput -20.2 %')
    const page = join(cwd, 'diff.html')
    expect(await tune('report', diff, '--report', 'html', '--output', page)).toMatchObject({
      out: '',
      exit: 0,
    })
    expect(JSON.parse((await tune('report', page, '--report', 'json')).out)).toEqual(pairedDiffDocument())
    const refused = await tune('report', diff, '--report', 'apache')
    expect(refused).toMatchObject({ out: '', exit: 2 })
    expect(refused.err).toContain('is no run, and --report apache tells of runs only')
  })

  it('refuses documents that it does not know, by their schema', async () => {
    const other = join(cwd, 'other.json')
    await writeFile(other, '{"schema":"tune.result/9"}')
    expect(await tune('report', other)).toMatchObject({
      out: '',
      exit: 2,
      err: expect.stringContaining('is tune.result/9, and this command reads tune.result/1'),
    })
  })

  it('does not flood a terminal with HTML', async () => {
    await keepResult(pacedResult(), cwd)
    const refused = await tuneIn({ outIsTerminal: true }, 'report', '--report', 'html')
    expect(refused).toMatchObject({ out: '', exit: 2, err: expect.stringContaining('--output report.html') })
    expect((await tune('report', '--report', 'html')).out).toMatch(/^<!doctype html>/)
  })

  it('adds the summary of a step to the file that GitHub names, and annotates on standard output', async () => {
    await keepResult(generatorLimitedResult(), cwd)
    const file = join(cwd, 'summary.md')
    await writeFile(file, '# before\n')
    const env = { GITHUB_STEP_SUMMARY: file }
    const { out, exit } = await tuneIn({ env }, 'report', '--report', 'github')
    expect(exit).toBe(0)
    expect(out).toMatch(/^(::(error|warning) title=[^\n]+\n)+$/)
    expect(await readFile(file, 'utf8')).toMatch(/^# before\n\n# tune bench producer\n/)
    const printed = await tune('report', '--report', 'github')
    expect(printed.out).toContain('\n# tune bench producer\n')
    const elsewhere = join(cwd, 'mine.md')
    expect((await tuneIn({ env }, 'report', '--report', 'github', '--output', elsewhere)).out).toBe(out)
    expect(await readFile(elsewhere, 'utf8')).toMatch(/^# tune bench producer\n/)
  })

  it('lists what is kept, and what of it cannot be read', async () => {
    const { path = '' } = await keepResult(pacedResult(), cwd)
    await writeFile(join(cwd, '.tune/results/broken.json'), '{')
    const listed = await tune('report', 'list')
    expect(listed.out).toContain('2025-11-23T21-30-00.123Z-producer.json')
    expect(listed.out).toContain('broken.json')
    expect(listed.exit).toBe(0)
    await rm(path)
    await rm(join(cwd, '.tune/results/broken.json'))
    expect(await tune('report', 'list')).toMatchObject({ out: '', exit: 0 })
    expect((await tune('report', 'list', '--json')).out).toBe('[]\n')
  })

  it('checks a result: exit 0 when every figure follows, 1 with the figures that do not', async () => {
    const { path = '' } = await keepResult(pacedResult(), cwd)
    expect(await tune('report', 'check', path)).toMatchObject({ err: '', exit: 0 })
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replace(/"recordsAcked": \d+/, '"recordsAcked": 7'))
    const checked = await tune('report', 'check')
    expect(checked.exit).toBe(1)
    expect(checked.out).toContain('metrics.recordsAcked')
    const shown = await tune('report', path)
    expect(shown.exit).toBe(0)
    expect(shown.err).toContain('warning')
  })

  it('ends with 2 and a hint when there is nothing to show', async () => {
    for (const argv of [
      ['report'],
      ['report', 'none.json'],
      ['report', 'check', 'none.json'],
      ['report', '--report', 'html'],
    ]) {
      const { exit, out, err } = await tune(...argv)
      expect({ exit, out }).toEqual({ exit: 2, out: '' })
      expect(err).toMatch(/error: /)
    }
  })
})
