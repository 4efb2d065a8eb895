/**
 * The gate on a real broker. Records wait for their batch (linger.ms) far longer than the broker takes, and few may be in
 * flight: so the rate follows from that wait, whatever else the machine does. How surely it judges is in test/baseline.
 */
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { calibrationSchema } from '../../src/core/calibration.ts'
import { diffSchema } from '../../src/core/diff.ts'
import { hasBroker, sharedBroker } from './broker.ts'
import { tune } from './built.ts'

const TIMEOUT_MS = 300_000

describe.skipIf(!hasBroker)('the gate on a real broker', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'tune-gate-'))
  const bench = (duration: string) => [
    ...['bench', 'producer', '--bootstrap-server', sharedBroker().bootstrapServers],
    ...['--throughput', '-1', '--max-in-flight', '200', '--record-size', '100'],
    ...['--duration', duration, '--warmup', '300ms'],
  ]

  it(
    'never calls the same thing on both sides a regression, and tells what it would see',
    async () => {
      const words = ['baseline', 'calibrate', '--pairs', '10', '--report', 'json', '--']
      const command = [...bench('5s'), '--producer-props', 'linger.ms=100']
      const { code, stdout, stderr } = await tune([...words, ...command], { cwd })
      expect(stderr).not.toMatch(/^error/m)
      expect(code).toBe(0)
      const calibration = calibrationSchema.parse(JSON.parse(stdout))
      expect(calibration.asTheyCame).not.toBe('regression')
      expect(calibration.unchanged.regressions / calibration.unchanged.gates).toBeLessThan(0.02)
      expect(calibration.metrics.map(({ metric }) => metric)).toContain('recordsPerSec')
      const kept = readFileSync(join(cwd, '.tune/calibrations/main.json'), 'utf8')
      expect(JSON.parse(kept)).toEqual(calibration)
    },
    TIMEOUT_MS,
  )

  it(
    'calls a side that is slowed by 20 % a regression, with metric, size and interval in its first line',
    async () => {
      const { code, stdout, stderr } = await tune(
        [
          ...['baseline', 'diff', '--paired', '--judge', 'recordsPerSec', '--save', 'diff.json'],
          ...['--a', '--producer-props linger.ms=100', '--b', '--producer-props linger.ms=125'],
          ...['--', ...bench('1500ms')],
        ],
        { cwd },
      )
      expect(stderr).not.toMatch(/^error/m)
      expect(stdout).toMatch(/regression: Throughput -\d+\.\d % \(-\d+\.\d % to\s+-\d+\.\d %\)/)
      expect(code).toBe(1)
      const diff = diffSchema.parse(JSON.parse(readFileSync(join(cwd, 'diff.json'), 'utf8')))
      expect(diff.changes.find(({ metric }) => metric === 'recordsPerSec')?.ratio).toBeLessThan(0.9)
    },
    TIMEOUT_MS,
  )
})
