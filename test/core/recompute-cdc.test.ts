import { describe, expect, it } from 'vitest'
import { checkResult } from '../../src/core/recompute.ts'
import type { CdcResult } from '../../src/core/result.ts'
import { CDC_FIXTURES, cdcResult, PASSWORD } from '../fixtures/cdc-result.ts'

describe('computing a result of change events again', () => {
  for (const [name, make] of Object.entries(CDC_FIXTURES)) {
    it(`finds nothing wrong with what a bench made, and no secret in it: ${name}`, () => {
      expect(checkResult(make())).toEqual([])
      expect(JSON.stringify(make())).not.toContain(PASSWORD)
    })
  }

  const { database, plan, metrics, reception, slot, snapshot } = cdcResult()
  const { snapshotRowsPerSec: _, ...withoutSnapshot } = metrics
  const ALTERED: Readonly<Record<string, Partial<CdcResult>>> = {
    'databaseCommit.count': {
      database: { ...database, transactions: { committed: 3, failed: 0, unknown: 0 } },
    },
    'database.changes': { database: { ...database, changes: { ...database.changes, insert: 3 } } },
    'plan.mix': { plan: { ...plan, mix: { ...plan.mix, delete: 0.5 } } },
    'metrics.slotLagBytes': slot === undefined ? {} : { slot: { ...slot, lag: slot.lag.slice(0, 3) } },
    'metrics.slotLagMaxBytes': { metrics: { ...metrics, slotLagMaxBytes: 1 } },
    'snapshot.rowsPerSec': snapshot === undefined ? {} : { snapshot: { ...snapshot, tookMs: 1 } },
    'metrics.snapshotRowsPerSec': { metrics: withoutSnapshot },
    'metrics.recordsMissing': { reception: { ...reception, missing: 3 } },
    'metrics.recordsRepeated': { reception: { ...reception, repeated: 3 } },
  }
  it.each(Object.entries(ALTERED))('fails when %s does not follow', (figure, change) => {
    const problems = checkResult({ ...cdcResult(), ...change })
    expect(problems.map((problem) => problem.figure)).toContain(figure)
  })
})
