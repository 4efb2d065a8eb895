/** The `config.yaml` of a plan is Flink's: its own arithmetic comes to the memory that the plan printed, and it starts so. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Plan } from '../../src/plan/schema.ts'
import { tune } from './built.ts'
import { lacks } from './requirements.ts'
import { type Flink, type Resources, startFlink } from './stack/index.ts'

/** A TaskManager that this machine has room for; 40 % and 10 % of 1,280 MiB are Flink's golden 512 and 128. */
const PLAN = `
name: small
workload: { peak: 2k/s, record-size: 200 }
topic: { retention: 1h }
platform: { kind: self-managed }
groups: []
flink: { rate-per-slot: 1k/s, slots: 3, memory: 1728MiB, job-memory: 1GiB, state: 1GiB, checkpoint-rate: 100MiB/s }
`

const MIB = 1024 ** 2

describe.skipIf(lacks('Apache Flink'))("a plan's config.yaml", () => {
  let flink: Flink
  let plan: Plan
  let yaml = ''

  beforeAll(async () => {
    const dir = mkdtempSync(join(tmpdir(), 'tune-plan-'))
    writeFileSync(join(dir, 'pipeline.yaml'), PLAN)
    const { code, stdout, stderr } = await tune(['plan', 'pipeline.yaml', '--emit', 'out', '--json'], {
      cwd: dir,
    })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    plan = JSON.parse(stdout)
    yaml = readFileSync(join(dir, 'out/flink/config.yaml'), 'utf8')
    flink = await startFlink(yaml)
  })

  afterAll(() => flink?.stop())

  const printed = (name: string): number => {
    const steps = plan.answers.find(({ id }) => id === 'flink')?.sizing.steps ?? []
    return steps.find((step) => step.name === name)?.value ?? Number.NaN
  }

  it('is divided by Flink to the megabyte as the plan says', () => {
    const of = ({ settings }: Resources, key: string) => Number.parseInt(settings[key] ?? '', 10) / MIB
    const expected = {
      'memory.managed.size': 'managed',
      'memory.network.max': 'network',
      'memory.task.heap.size': 'taskHeap',
      'memory.jvm-overhead.max': 'overhead',
    }
    for (const [key, name] of Object.entries(expected)) {
      expect(of(flink.taskManager, `taskmanager.${key}`), name).toBeCloseTo(printed(name), 1)
    }
    expect(of(flink.jobManager, 'jobmanager.memory.heap.size')).toBeCloseTo(printed('jobHeap'), 1)
    expect([printed('managed'), printed('network'), printed('taskHeap')]).toEqual([512, 128, 384])
  })

  it('starts a TaskManager that has that memory and those slots', async () => {
    // as this version of Flink shapes it
    const { taskmanagers } = (await flink.get('/taskmanagers')) as {
      taskmanagers: { slotsNumber: number; memoryConfiguration: Record<string, number> }[]
    }
    const [{ slotsNumber, memoryConfiguration } = { slotsNumber: 0, memoryConfiguration: {} }] = taskmanagers
    expect(slotsNumber).toBe(3)
    const expected = {
      managedMemory: 512,
      networkMemory: 128,
      taskHeap: 384,
      jvmOverhead: 192,
      totalFlinkMemory: 1280,
      totalProcessMemory: 1728,
    }
    for (const [part, mib] of Object.entries(expected)) {
      expect((memoryConfiguration[part] ?? 0) / MIB, part).toBeCloseTo(mib, 3)
    }
  })

  it('has each of its lines in the configuration of the JobManager that runs', async () => {
    const config = (await flink.get('/jobmanager/config')) as { key: string; value: string }[] // the same
    const lines = yaml.split('\n').filter((line) => /^[a-z]/.test(line))
    expect(lines.length).toBeGreaterThan(10)
    for (const line of lines) {
      const [key = '', value] = line.split(': ')
      // what Flink computed takes the place of what it was computed from
      if (Object.hasOwn(flink.jobManager.settings, key)) continue
      expect(config).toContainEqual({ key, value })
    }
  })
})
