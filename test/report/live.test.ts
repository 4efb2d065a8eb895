import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Progress } from '../../src/bench/progress.ts'
import { createLive, liveFrame } from '../../src/report/live.ts'

const MEASURING: Progress = {
  phase: 'measuring',
  elapsedMs: 4000,
  totalMs: 10_000,
  recordsDone: 20_000,
  bytesPerSec: 0,
  recordsPerSec: 5003,
  targetPerSec: 5000,
  p50Ms: 1.2,
  p99Ms: 6.13,
  errors: 0,
}

function terminal(errIsTerminal: boolean, columns = 80) {
  const written: string[] = []
  return { written, err: (text: string) => void written.push(text), errIsTerminal, columns }
}

/** What a screen shows after texts with "up n, clear to the end" were written to it. */
function screen(written: readonly string[]): string[] {
  const lines: string[] = []
  for (const text of written) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: cursor movement is what is read
    const match = /^(?:\u001b\[(\d+)A\r\u001b\[J)?([\s\S]*)$/.exec(text)
    lines.length -= Number(match?.[1] ?? 0)
    lines.push(...(match?.[2] ?? '').split('\n').slice(0, -1))
  }
  return lines
}

describe('the live view', () => {
  it('shows rate, percentiles, errors, progress and time left', () => {
    const text = liveFrame(MEASURING, 80).join('\n')
    for (const part of ['5,003/s of 5,000/s', 'p50 1.20 ms', 'p99 6.13 ms', '0 errors', '0:04, 0:06 left']) {
      expect(text).toContain(part)
    }
  })

  it('is narrower than the terminal, whatever it shows', () => {
    const states = fc.record(
      {
        phase: fc.constantFrom('starting', 'warm-up', 'measuring', 'draining'),
        elapsedMs: fc.double({ min: 0, max: 1e8, noNaN: true }),
        totalMs: fc.double({ min: 0, max: 1e8, noNaN: true }),
        recordsDone: fc.nat(),
        totalRecords: fc.nat(),
        recordsPerSec: fc.double({ min: 0, max: 1e7, noNaN: true }),
        bytesPerSec: fc.double({ min: 0, max: 1e9, noNaN: true }),
        targetPerSec: fc.double({ min: 0, max: 1e7, noNaN: true }),
        p50Ms: fc.double({ min: 0, max: 1e6, noNaN: true }),
        p99Ms: fc.double({ min: 0, max: 1e6, noNaN: true }),
        errors: fc.nat(),
      },
      { requiredKeys: ['phase', 'elapsedMs', 'recordsDone', 'recordsPerSec', 'bytesPerSec', 'errors'] },
    )
    fc.assert(
      fc.property(states, fc.integer({ min: 20, max: 200 }), (state, columns) => {
        const lines = liveFrame(state, columns)
        expect(lines.every((line) => line.length < columns && !line.includes('\n'))).toBe(true)
        expect(lines.join()).not.toMatch(/NaN|Infinity|undefined/)
      }),
    )
  })

  it('rewrites its own lines and leaves nothing behind', () => {
    const at = terminal(true)
    let now = 0
    const live = createLive(at, { nowMs: () => now })
    live.update(MEASURING)
    now = 1000
    live.update({ ...MEASURING, elapsedMs: 5000 })
    expect(screen(at.written)).toEqual(liveFrame({ ...MEASURING, elapsedMs: 5000 }, 80))
    live.note('the broker is away')
    expect(screen(at.written)[0]).toBe('the broker is away')
    live.end()
    expect(screen(at.written)).toEqual(['the broker is away'])
  })

  it('draws at most five times a second, and a new phase at once', () => {
    const at = terminal(true)
    let now = 0
    const live = createLive(at, { nowMs: () => now })
    for (; now < 1000; now += 20) live.update(MEASURING)
    expect(at.written).toHaveLength(5)
    live.update({ ...MEASURING, phase: 'draining' })
    expect(at.written).toHaveLength(6)
  })

  it('writes a plain line every 5 s without a terminal', () => {
    const at = terminal(false)
    const live = createLive(at)
    for (let second = 1; second <= 12; second++) live.update({ ...MEASURING, elapsedMs: second * 1000 - 0.2 })
    live.end()
    expect(at.written.map((line) => line.split(' ')[0])).toEqual(['0:01', '0:05', '0:10'])
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be there
    expect(at.written.join('')).not.toMatch(/\u001b|\r/)
  })
})
