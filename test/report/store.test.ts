import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Result } from '../../src/core/result.ts'
import { findResult, keptResults } from '../../src/report/kept-results.ts'
import { checkWritable, keepResult, readResult, saveResult } from '../../src/report/store.ts'
import { pacedResult } from '../fixtures/result.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tune-store-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const RESULT = pacedResult()

async function fileOf(text: string): Promise<string> {
  const path = join(folder, 'result.json')
  await writeFile(path, text)
  return path
}

describe('keeping a result', () => {
  it('names the file by time, kind and tag, and finds the last', async () => {
    const later: Result = { ...RESULT, startedAt: '2025-11-24T00:00:00.000Z', tag: 'a b/../c' }
    const second = await keepResult(later, folder)
    const first = await keepResult(RESULT, folder)
    expect(basename(first.path ?? '')).toBe('2025-11-23T21-30-00.123Z-producer.json')
    expect(basename(second.path ?? '')).toBe('2025-11-24T00-00-00.000Z-producer-a_b_.._c.json')
    expect(await keptResults(folder)).toEqual([first.path, second.path])
    expect(await findResult('last', folder)).toBe(second.path)
    expect(await readResult(second.path ?? '')).toEqual(later)
  })

  it('overwrites none of the same time', async () => {
    const paths = [await keepResult(RESULT, folder), await keepResult(RESULT, folder)].map(({ path }) => path)
    expect(new Set(paths).size).toBe(2)
    expect(await keptResults(folder)).toHaveLength(2)
  })

  it('removes the half that a killed writer left, and not that of a live one', async () => {
    const results = join(folder, '.tune', 'results')
    await mkdir(results, { recursive: true })
    const dead = spawnSync(process.execPath, ['-e', '']).pid
    for (const pid of [dead, process.pid]) {
      const half = join(results, `.x.json.${pid}.0123abcd.part`)
      await writeFile(half, '{"sch')
      await utimes(half, 0, 0)
    }
    await keepResult(RESULT, folder)
    const parts = (await readdir(results)).filter((name) => name.endsWith('.part'))
    expect(parts).toEqual([`.x.json.${process.pid}.0123abcd.part`])
  })

  it('goes to the temporary folder and says so when .tune cannot be written', async () => {
    await writeFile(join(folder, '.tune'), 'a file, not a folder')
    const { path, problem } = await keepResult(RESULT, folder)
    expect(problem).toMatchObject({ code: 'STORAGE', exitCode: 2 })
    expect(problem?.hint).toContain(path)
    expect(await readResult(path ?? '')).toEqual(RESULT)
    await rm(path ?? '')
  })
})

describe('saving to a file that was asked for', () => {
  it('leaves no half behind and keeps a link a link', async () => {
    const target = await fileOf('old')
    const link = join(folder, 'link.json')
    await symlink(target, link)
    expect(await saveResult(RESULT, link)).toEqual({ path: link, problem: undefined })
    expect(await readlink(link)).toBe(target)
    expect(await readResult(target)).toEqual(RESULT)
    expect((await readdir(folder)).toSorted()).toEqual(['link.json', 'result.json'])
  })

  it.skipIf(!existsSync('/dev/full'))(
    'loses nothing when the disk is full, and replaces no device',
    async () => {
      const { path, problem } = await saveResult(RESULT, '/dev/full')
      expect(problem).toMatchObject({ code: 'STORAGE' })
      expect(problem?.message).toContain('no space is left')
      expect(problem?.hint).toContain(path)
      expect(await readResult(path ?? '')).toEqual(RESULT)
      expect((await stat('/dev/full')).isCharacterDevice()).toBe(true)
      await rm(path ?? '')
    },
  )

  it('keeps what was there when writing fails', async () => {
    const path = join(folder, 'gone', 'result.json')
    const saved = await saveResult(RESULT, path)
    expect(saved.problem).toMatchObject({ code: 'STORAGE' })
    await rm(saved.path ?? '')
  })
})

describe('looking before the run whether a file can be written', () => {
  it('leaves nothing behind and touches nothing', async () => {
    const path = await fileOf('old')
    await checkWritable(path, '--save')
    await checkWritable(join(folder, 'new.json'), '--save')
    expect(await readFile(path, 'utf8')).toBe('old')
    expect(await readdir(folder)).toEqual(['result.json'])
  })

  it('refuses a folder, and a folder that is missing, with what to do', async () => {
    await mkdir(join(folder, 'there'))
    const cases = [
      join(folder, 'there'),
      join(folder, 'missing', 'result.json'),
      join(await fileOf(''), 'x.json'),
    ]
    for (const path of cases) {
      await expect(checkWritable(path, '--save')).rejects.toMatchObject({
        code: 'STORAGE',
        exitCode: 2,
        message: expect.stringContaining(`--save: cannot write ${path}`),
        hint: expect.stringMatching(/./),
      })
    }
  })
})

describe('reading a result', () => {
  const text = JSON.stringify(RESULT, null, 2)
  const cases: readonly [what: string, text: string, message: RegExp][] = [
    ['nothing', '', /is empty/],
    ['no JSON', '{\n  "schema": tune\n}', /is not JSON: line 2, column 1\d/],
    ['a file that was cut short', text.slice(0, 2000), /is cut short at line \d+, column \d+/],
    ['other JSON', '[1, 2]', /no result of tune/],
    [
      'a later schema',
      text.replace('tune.result/1', 'tune.result/2'),
      /is tune\.result\/2.* reads tune\.result\/1/,
    ],
    ['another document', '{"schema": "tune.diff/1"}', /is tune\.diff\/1/],
    [
      'a number made text',
      text.replace(/"durationMs": \d+/, '"durationMs": "long"'),
      /durationMs: .*expected number/,
    ],
  ]
  it('passes over what a later version added', async () => {
    const path = await fileOf(text.replace('"kind"', '"mood": "good", "kind"'))
    await expect(readResult(path)).resolves.not.toHaveProperty('mood')
  })

  for (const [what, content, message] of cases) {
    it(`refuses ${what}`, async () => {
      const path = await fileOf(content)
      await expect(readResult(path)).rejects.toMatchObject({
        code: 'CONFIG',
        exitCode: 2,
        message: expect.stringMatching(message),
        hint: expect.stringMatching(/./),
      })
    })
  }

  it('names a file that is missing, and a folder without results', async () => {
    await expect(readResult(join(folder, 'none.json'))).rejects.toMatchObject({
      code: 'CONFIG',
      message: expect.stringContaining('there is no such file'),
    })
    await expect(findResult('last', folder)).rejects.toMatchObject({ code: 'CONFIG' })
  })
})
