import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { diffOf } from '../../src/plan/diff.ts'
import { planReport } from '../../src/report/plan.ts'
import { planDiffReport } from '../../src/report/plan-diff.ts'
import { REPORTERS } from '../../src/report/reporters.ts'
import { CLOUD, changed, fileOf, planFrom, STARTER } from './plans.ts'

const GOLDEN = resolve(import.meta.dirname, '../golden/plan')
const PLAIN = { columns: 80, color: false, unicode: true }

describe('the report of a plan', () => {
  it.each([
    ['self-managed', STARTER],
    ['confluent-cloud', CLOUD],
    [
      'too-small',
      changed(['  # partitions: 24 ', '  partitions: 12 '], ['  # brokers: 6 ', '  brokers: 6 ']),
    ],
  ])('on %s looks as it did', async (name, text) => {
    const report = planReport(planFrom(text))
    await expect(REPORTERS.table(report, PLAIN)).toMatchFileSnapshot(join(GOLDEN, `${name}.txt`))
    await expect(REPORTERS.markdown(report)).toMatchFileSnapshot(join(GOLDEN, `${name}.md`))
  })

  it('is plain ASCII where it has to be', () => {
    const text = REPORTERS.table(planReport(planFrom(STARTER)), { ...PLAIN, unicode: false })
    expect(text).toMatch(/^[\n -~]*$/)
    expect(text).not.toContain('?:')
  })

  it('of two plans looks as it did', async () => {
    const files = [
      fileOf(STARTER, 'old.yaml'),
      fileOf(changed(['peak: 100k/s', 'peak: 200k/s']), 'new.yaml'),
    ] as const
    await expect(REPORTERS.table(planDiffReport(diffOf(...files)), PLAIN)).toMatchFileSnapshot(
      join(GOLDEN, 'diff.txt'),
    )
  })
})
