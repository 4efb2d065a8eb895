/** Baselines, from fresh runs on a real broker to the verdict. How surely they judge is in test/baseline. */
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { diffSchema } from '../../src/core/diff.ts'
import { tune } from './built.ts'

const BENCH = ['bench', 'producer', '--throughput', '500', '--duration', '2s', '--warmup', '1s']

describe('a baseline', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'tune-baseline-'))
  const sittings = () => readdirSync(join(cwd, '.tune/baselines/main'))

  it('is kept from fresh runs, listed and shown', async () => {
    const { code, stdout, stderr } = await tune(
      ['baseline', 'capture', 'main', '--runs', '2', '--', ...BENCH],
      { cwd },
    )
    expect(stderr).toContain('kept 2 runs as a sitting of main')
    expect(code).toBe(0)
    expect(stdout).toContain('1 sitting, the last of 2 runs')
    const [file = ''] = sittings()
    const kept = JSON.parse(readFileSync(join(cwd, '.tune/baselines/main', file), 'utf8'))
    expect(kept).toMatchObject({ schema: 'tune.sitting/1', baseline: 'main', command: BENCH })
    // What later runs have to share: one that was started for all runs is no unknown broker
    expect(kept.runs[0].environment.broker).toMatchObject({ throwAway: true, version: expect.any(String) })
    expect((await tune(['baseline', 'list'], { cwd })).stdout).toContain('main')
  })

  it('is compared with a new sitting of its own command, and is no ground for a regression yet', async () => {
    const { code, stdout } = await tune(['baseline', 'diff', 'main', '--runs', '1', '--report', 'json'], {
      cwd,
    })
    const diff = diffSchema.parse(JSON.parse(stdout))
    expect(['pass', 'suspect', 'improvement']).toContain(diff.verdict)
    expect(diff.changes.map(({ metric }) => metric)).toContain('latency.p50Ms')
    expect(code).toBe(0)
  })

  it('is not compared with something else', async () => {
    const other = [...BENCH, '--record-size', '100']
    const { code, stderr } = await tune(['baseline', 'diff', 'main', '--runs', '1', '--', ...other], { cwd })
    expect(stderr).toContain('were asked for different things')
    expect(code).toBe(2)
  })

  it('has to be there, unless it is asked for', async () => {
    const { code, stderr } = await tune(['baseline', 'diff', 'mian', '--', ...BENCH], { cwd })
    expect(stderr).toContain('no baseline mian')
    expect(stderr).toContain('did you mean main')
    expect(code).toBe(2)
  })

  it('is no reason to say "no regression" when a run could not be made', async () => {
    const nowhere = ['bench', 'producer', '--bootstrap-server', 'localhost:1', '--duration', '1s']
    const { code, stdout } = await tune(['baseline', 'diff', '--paired', '--', ...nowhere], { cwd })
    expect([code, stdout]).toEqual([2, ''])
  })

  it('is removed', async () => {
    expect((await tune(['baseline', 'rm', 'main'], { cwd })).code).toBe(0)
    expect((await tune(['baseline', 'show', 'main'], { cwd })).code).toBe(2)
  })
})
