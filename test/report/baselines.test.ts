/** The folder of baselines: nothing lost and never half a file, whoever else is at it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { run } from '../../src/cli.ts'
import { sitting } from '../../src/core/sitting.ts'
import {
  addSitting,
  baselineNames,
  checkBaselines,
  readSittings,
  removeBaseline,
} from '../../src/report/baselines.ts'
import { REPORTERS } from '../../src/report/reporters.ts'
import { sittingsReport } from '../../src/report/sittings.ts'
import { pacedResult } from '../fixtures/result.ts'
import { testIo } from '../test-io.ts'

let cwd = ''
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'tune-baselines-'))
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

const at = (time: string) =>
  sitting('main', `2026-01-31T${time}.000Z`, [pacedResult()], ['bench', 'producer'])
const folder = () => join(cwd, '.tune/baselines')

describe('sittings', () => {
  it('of several writers at one moment are all kept, whole, and leave nothing else behind', async () => {
    const kept = await Promise.all(Array.from({ length: 8 }, () => addSitting(at('10:00:00'), cwd)))
    expect(new Set(kept.map(({ path }) => path)).size).toBe(8)
    expect(kept.every(({ clockWentBack }) => !clockWentBack)).toBe(true)
    expect(await readSittings('main', cwd)).toHaveLength(8)
    expect(await readdir(join(folder(), 'main'))).toHaveLength(8)
    expect((await readdir(folder())).filter((name) => name !== 'main')).toEqual([])
  })

  it('made after the clock was set back are still the newest, and it is said', async () => {
    await addSitting(at('10:00:00'), cwd)
    const { clockWentBack } = await addSitting(at('09:00:00'), cwd)
    await addSitting(at('09:30:00'), cwd)
    expect(clockWentBack).toBe(true)
    const times = (await readSittings('main', cwd)).map(({ capturedAt }) => capturedAt.slice(11, 16))
    expect(times).toEqual(['10:00', '09:00', '09:30'])
    expect((await addSitting(at('11:00:00'), cwd)).clockWentBack).toBe(false)
  })

  it('are refused by file and place when one was cut short, edited, or is of another version', async () => {
    const { path } = await addSitting(at('10:00:00'), cwd)
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.slice(0, 5000))
    await expect(readSittings('main', cwd)).rejects.toThrow(`${path} is cut short at line 1, column 5001`)
    await writeFile(path, text.replace('tune.sitting/1', 'tune.sitting/9'))
    await expect(readSittings('main', cwd)).rejects.toMatchObject({
      message: `${path} is tune.sitting/9, and this command reads tune.sitting/1`,
      hint: 'read it with the tune that wrote it, or a newer one',
    })
    await writeFile(path, text.replace(/"runs":\[.*\]\}$/m, '"runs":[]}'))
    await expect(readSittings('main', cwd)).rejects.toThrow('no valid tune.sitting/1: runs: ')
  })
})

describe('what is shown of sittings', () => {
  it("is what the guide's baseline prints: throughput, three percentiles, CPU, memory and network", () => {
    const style = { columns: 140, color: false, unicode: true }
    const text = REPORTERS.table(sittingsReport('main', [at('10:00:00')]), style)
    expect(text).toMatch(
      /1,999\/s +\d\.\d\d ms +\d+\.\d\d ms +\d+\.\d\d ms +\d+\.\d\d µs +\d+ MB +0\.01 MB\/s/,
    )
    const narrow = REPORTERS.table(sittingsReport('main', [at('10:00:00')]), { ...style, columns: 60 })
    for (const title of ['p99.9', 'CPU a record', 'memory', 'network']) {
      expect(narrow).toMatch(new RegExp(`^  ${title} +\\d`, 'm'))
    }
  })
})

describe('the list of baselines', () => {
  it('shows those that can be read beside one that cannot', async () => {
    await addSitting(at('10:00:00'), cwd)
    await mkdir(join(folder(), 'broken'))
    await writeFile(join(folder(), 'broken/2026-01-31T10-00-00.000Z.json'), '{"schema":')
    const io = testIo({ cwd })
    expect(await run(['baseline', 'list'], io)).toBe(0)
    expect(io.stdout).toMatch(/main +1 +2026-01-31T10:00:00\.000Z +bench producer/)
    expect(io.stdout.replace(/\s+/g, ' ')).toMatch(/Not readable broken .*is cut short at line 1/)
  })
})

describe('a baseline', () => {
  it('in use by another process is waited for, and then its holder is named', async () => {
    await addSitting(at('10:00:00'), cwd)
    await writeFile(join(folder(), '.main.lock'), String(process.ppid))
    await expect(removeBaseline('main', cwd)).rejects.toMatchObject({
      message: `the baseline main is in use by process ${process.ppid}`,
      code: 'STORAGE',
    })
    // Readers are not held up, and nothing is lost
    expect(await readSittings('main', cwd)).toHaveLength(1)
  })

  it('whose user was killed is free again', async () => {
    const gone = spawn(process.execPath, ['-e', ''])
    await once(gone, 'exit')
    await mkdir(folder(), { recursive: true })
    await writeFile(join(folder(), '.main.lock'), String(gone.pid))
    await addSitting(at('10:00:00'), cwd)
    expect(await baselineNames(cwd)).toEqual(['main'])
  })

  it('is removed while others add to it, and then each has either all of its sitting or none', async () => {
    await addSitting(at('10:00:00'), cwd)
    const adding = Array.from({ length: 4 }, (_, n) => addSitting(at(`10:00:0${n + 1}`), cwd))
    await removeBaseline('main', cwd)
    await Promise.all(adding)
    for (const { runs } of await readSittings('main', cwd)) expect(runs).toHaveLength(1)
  })

  it('that could not be kept is known before anything is run for it', async () => {
    await mkdir(join(cwd, '.tune'))
    await writeFile(folder(), 'no folder')
    await expect(checkBaselines(cwd)).rejects.toMatchObject({
      message: `cannot write in ${folder()}: a part of its path is no folder`,
      code: 'STORAGE',
    })
    await rm(folder())
    await checkBaselines(cwd)
    expect(await readdir(folder())).toEqual([])
  })

  it('that is not there is named, and none is made by looking', async () => {
    await expect(removeBaseline('main', cwd)).rejects.toMatchObject({
      message: expect.stringContaining('no baseline main'),
      hint: 'there is none yet; make it with: tune baseline capture main -- bench producer',
    })
    await expect(readdir(join(cwd, '.tune'))).rejects.toThrow('ENOENT')
    await addSitting(at('10:00:00'), cwd)
    await expect(removeBaseline('mian', cwd)).rejects.toMatchObject({ hint: 'did you mean main?' })
    await expect(removeBaseline('release-2', cwd)).rejects.toMatchObject({
      hint: expect.stringContaining('there are main; make it with: '),
    })
  })
})
