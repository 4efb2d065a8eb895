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

  const ALTERED: Readonly<Record<string, (result: CdcResult) => void>> = {
    'databaseCommit.count': ({ database }) => void (database.transactions.committed += 1),
    'database.changes': ({ database }) => void (database.changes.insert += 1),
    'plan.mix': ({ plan }) => void (plan.mix.delete = 0.5),
    'metrics.slotLagBytes': ({ slot }) => void slot?.lag.pop(),
    'metrics.slotLagMaxBytes': ({ metrics }) => void (metrics.slotLagMaxBytes = 1),
    'snapshot.rowsPerSec': ({ snapshot }) => void (snapshot && (snapshot.tookMs = 1)),
    'metrics.snapshotRowsPerSec': ({ metrics }) => void delete metrics.snapshotRowsPerSec,
    'metrics.recordsMissing': ({ reception }) => void (reception.missing = 3),
    'metrics.recordsRepeated': ({ reception }) => void (reception.repeated = 3),
    'acknowledged.count': ({ acknowledged }) => void (acknowledged && (acknowledged.count = 3)),
  }
  it.each(Object.entries(ALTERED))('fails when %s does not follow', (figure, alter) => {
    const result = cdcResult()
    alter(result)
    expect(checkResult(result).map((problem) => problem.figure)).toContain(figure)
  })
})
