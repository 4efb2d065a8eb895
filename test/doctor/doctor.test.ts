import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { command } from '../../src/commands/doctor.ts'
import { CHECKS, type Check, canBench, examine, mend, type Seen, type Sight } from '../../src/doctor/index.ts'
import { TuneError } from '../../src/errors.ts'
import { testIo } from '../test-io.ts'

const GIB = 2 ** 30
const CLOCKS = '/sys/devices/system/clocksource/clocksource0'

function machine(differs: Partial<Sight> = {}, files: Record<string, string> = {}): Sight {
  return {
    env: {},
    nodeVersion: 'v22.0.0',
    read: (path) => files[path],
    cores: 8,
    memoryBytes: 16 * GIB,
    freeDiskBytes: () => 100 * GIB,
    ...differs,
  }
}

async function see(id: string, sight: Sight) {
  const check = CHECKS.find((one) => one.id === id)
  if (check === undefined) throw new Error(`no check ${id}`)
  return check.look(sight)
}

describe('a machine under the doctor', () => {
  it('has every check once', () => {
    const ids = CHECKS.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it.each([
    ['v18.20.0', 'missing'],
    ['v20.19.3', 'missing'],
    ['v20.19.4', 'ok'],
    ['v20.20.0', 'ok'],
    ['v24.1.0', 'ok'],
  ])('with Node %s is %s', async (nodeVersion, level) => {
    expect((await see('node', machine({ nodeVersion }))).level).toBe(level)
  })

  it('is good with plenty of everything', async () => {
    for (const id of ['cores', 'memory', 'disk', 'clock', 'governor', 'files']) {
      expect(await see(id, machine())).toMatchObject({ level: 'ok' })
    }
  })

  it.each<[string, Partial<Sight>]>([
    ['cores', { cores: 1 }],
    ['memory', { memoryBytes: 2 * GIB }],
    ['disk', { freeDiskBytes: () => 5 * GIB }],
  ])('is warned about too little: %s', async (id, differs) => {
    expect((await see(id, machine(differs))).level).toBe('warn')
  })

  it('is told which faster clock it has', async () => {
    const files = {
      [`${CLOCKS}/current_clocksource`]: 'hpet',
      [`${CLOCKS}/available_clocksource`]: 'hpet tsc acpi_pm',
    }
    const seen = await see('clock', machine({}, files))
    expect(seen.level).toBe('warn')
    expect(seen.remedy).toContain('echo tsc |')
  })

  it('is warned about a low limit of open files', async () => {
    const limits = 'Max open files            1024                 4096                 files'
    expect((await see('files', machine({}, { '/proc/self/limits': limits }))).level).toBe('warn')
  })

  it('is warned about a KAFKA_HOME that is no Kafka', async () => {
    const seen = await see('kafka', machine({ env: { KAFKA_HOME: '/nowhere' } }))
    expect(seen).toMatchObject({ level: 'warn', remedy: 'unset KAFKA_HOME' })
  })

  it('is told its Maven, also where Kafka is there already', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tune-doctor-'))
    const mvn = join(folder, 'mvn')
    writeFileSync(mvn, '#!/bin/sh\necho "Apache Maven 3.9.77 (abc)"\n')
    chmodSync(mvn, 0o755)
    const env = { KAFKA_HOME: '/somewhere' }
    expect(await see('maven', machine({ env: { ...env, PATH: `${folder}:/bin:/usr/bin` } }))).toEqual({
      level: 'ok',
      text: '3.9.77',
    })
    expect(await see('maven', machine({ env: { ...env, PATH: '/nowhere' } }))).toMatchObject({ level: 'ok' })
    const bare = { PATH: '/nowhere', TUNE_CACHE: folder }
    expect(await see('maven', machine({ env: bare }))).toMatchObject({ level: 'warn' })
  })

  it('is seen to the end when a check breaks', async () => {
    const broken: Check = { id: 'a', title: 'A', look: () => Promise.reject(new Error('no such thing')) }
    const good: Check = { id: 'b', title: 'B', look: async () => ({ level: 'ok', text: 'fine' }) }
    expect((await examine(machine(), [broken, good])).map(({ level }) => level)).toEqual(['warn', 'ok'])
  })
})

describe('mending', () => {
  const lacking: Seen = { id: 'x', title: 'X', level: 'warn', text: 'not here', remedy: 'get it' }

  it('leaves alone what has no safe remedy', async () => {
    expect(await mend([lacking], () => {})).toEqual([lacking])
  })

  it('says what was done and drops the remedy', async () => {
    const lines: string[] = []
    const fix: Seen['fix'] = async (log) => {
      log('getting it')
      return 'got it'
    }
    expect(await mend([{ ...lacking, fix }], (line) => lines.push(line))).toEqual([
      { id: 'x', title: 'X', level: 'ok', text: 'got it' },
    ])
    expect(lines).toEqual(['X: getting it'])
  })

  it('keeps the gap, with the better remedy, when it fails', async () => {
    const fix = () => Promise.reject(new TuneError('MISSING', 'no compiler', { hint: 'apt install g++' }))
    expect(await mend([{ ...lacking, fix }], () => {})).toEqual([
      { id: 'x', title: 'X', level: 'warn', text: 'no compiler', remedy: 'apt install g++' },
    ])
  })
})

describe('whether any bench can run', () => {
  const seen = (id: string, level: Seen['level']): Seen => ({ id, title: id, level, text: '' })

  it('needs one driver, whichever', () => {
    expect(canBench([seen('driver-confluent', 'warn'), seen('driver-wire', 'ok')])).toBe(true)
    expect(canBench([seen('driver-confluent', 'warn'), seen('driver-wire', 'warn')])).toBe(false)
  })

  it('needs a Node that is not too old', () => {
    expect(canBench([seen('node', 'missing'), seen('driver-wire', 'ok')])).toBe(false)
  })
})

describe('tune doctor', () => {
  it('prints exactly one JSON document with --json', async () => {
    const io = testIo()
    await command(io).parseAsync(['--json'], { from: 'user' })
    const said = JSON.parse(io.stdout)
    expect(said.schema).toBe('tune.doctor/1')
    expect(said.checks.map(({ id }: { id: string }) => id)).toEqual(CHECKS.map(({ id }) => id))
    expect(io.exitCode).toBe(said.canBench ? 0 : 2)
  })
})
