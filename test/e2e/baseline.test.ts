/** Baselines, from fresh runs on a real broker to the verdict. How surely they judge is in test/baseline. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { diffSchema } from '../../src/core/diff.ts'
import { pacedResult } from '../fixtures/result.ts'
import { startTune, tune } from './built.ts'

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
    // Where others keep the machine busy, one run may be late, and tells nothing
    expect(['pass', 'suspect', 'improvement', 'invalid']).toContain(diff.verdict)
    expect(diff.changes.map(({ metric }) => metric)).toContain('latency.p50Ms')
    expect(code).toBe(diff.verdict === 'invalid' ? 3 : 0)
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

/** Stands for a `tune` whose runs take half a second, end with a report at a signal, and without one at a second. */
const RUN = `
const result = JSON.parse(require('node:fs').readFileSync('result.json', 'utf8'))
let signals = 0
const end = (code) => process.stdout.write(JSON.stringify({ ...result, complete: code === 0 }), () => process.exit(code))
for (const [name, code] of [['SIGINT', 130], ['SIGTERM', 143]]) {
  process.on(name, () => (++signals > 1 ? process.exit(code) : setTimeout(() => end(code), 200)))
}
setTimeout(() => signals === 0 && end(0), 500)
`

describe('a paired comparison that is interrupted', () => {
  it.each([
    ['SIGINT', 'to all, as a terminal does', 130],
    ['SIGINT', 'to it alone', 130],
    ['SIGTERM', 'to it alone', 143],
  ] as const)('by %s %s tells of the pairs that there are', async (signal, whom, code) => {
    const cwd = mkdtempSync(join(tmpdir(), 'tune-interrupted-'))
    writeFileSync(join(cwd, 'result.json'), JSON.stringify(pacedResult()))
    writeFileSync(join(cwd, 'run.js'), RUN)
    const sides = ['--a-tune', 'run.js', '--b-tune', 'run.js', '--save', 'diff.json']
    const command = ['bench', 'producer', '--bootstrap-server', 'localhost:1']
    const { child, says, ended } = startTune(['baseline', 'diff', ...sides, '--', ...command], {
      cwd,
      detached: true,
    })
    await says(/pair 2/)
    process.kill(whom === 'to it alone' ? (child.pid ?? 0) : -(child.pid ?? 0), signal)
    expect((await ended).code).toBe(code)
    const diff = diffSchema.parse(JSON.parse(readFileSync(join(cwd, 'diff.json'), 'utf8')))
    expect(diff).toMatchObject({ verdict: 'inconclusive', pairing: { pairs: 2, endedBy: 'interrupt' } })
  })
})
