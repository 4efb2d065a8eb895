import { describe, expect, it } from 'vitest'
import { diffOf } from '../../src/plan/diff.ts'
import { planDiffSchema } from '../../src/plan/schema.ts'
import { changed, fileOf, STARTER } from './plans.ts'

const diff = (to: string) => diffOf(fileOf(STARTER, 'old.yaml'), fileOf(to, 'new.yaml'))

describe('two plans', () => {
  it('that are the same differ in nothing', () => {
    expect(diff(STARTER)).toEqual({
      schema: 'tune.plan-diff/1',
      from: 'old.yaml',
      to: 'new.yaml',
      inputs: [],
      answers: [],
      checks: [],
    })
  })

  it('differ in the answers that an input makes, and it is named', () => {
    const { inputs, answers } = diff(changed(['peak: 100k/s', 'peak: 200k/s'], ['disk: 4TiB', 'disk: 8TiB']))
    expect(inputs).toEqual([
      { path: 'workload.peak', from: '100k/s', to: '200k/s' },
      { path: 'platform.disk', from: '4TiB', to: '8TiB' },
    ])
    const because = (id: string) =>
      answers.find((answer) => answer.id === id)?.because.map(({ path }) => path)
    expect(because('consumers.fraud')).toEqual(['workload.peak'])
    expect(because('brokers')).toEqual(['platform.disk'])
    expect(answers.find(({ id }) => id === 'flink')).toMatchObject({ from: 15, to: 29 })
  })

  it('differ in groups and in Flink as a whole', () => {
    const { inputs, answers } = diff(
      changed(
        ['name: archive', 'name: copy'],
        ['flink: ', '# flink: '],
        ['\n  rate-per-slot', '\n  # rate-per-slot'],
        ['\n  slots', '\n  # slots'],
        ['\n  state', '\n  # state'],
        ['\n  checkpoint-rate', '\n  # checkpoint-rate'],
      ),
    )
    expect(inputs).toEqual([
      { path: 'flink', from: 'is there' },
      { path: 'groups.archive', from: 'is there' },
      { path: 'groups.copy', to: 'is there' },
    ])
    expect(answers.find(({ id }) => id === 'flink')).toMatchObject({ from: 15, because: [] })
    expect(answers.find(({ id }) => id === 'consumers.copy')).toMatchObject({
      because: [{ path: 'groups.copy', to: 8 }],
    })
  })

  it('show the checks that are no longer kept', () => {
    const { checks } = diff(changed(['  # brokers: 6 ', '  brokers: 6 '], ['min-insync: 2', 'min-insync: 3']))
    expect(checks.map(({ id, from, to }) => [id, from, to])).toEqual([
      ['writes.after-loss', 'ok', 'critical'],
      ['brokers.enough', undefined, 'critical'],
    ])
  })

  it('are a valid document', () => {
    const made = diff(changed(['peak: 100k/s', 'peak: 200k/s']))
    expect(planDiffSchema.strict().parse(JSON.parse(JSON.stringify(made)))).toEqual(made)
  })
})
