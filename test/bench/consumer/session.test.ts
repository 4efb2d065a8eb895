import { describe, expect, it } from 'vitest'
import { createSession, type EndReason, type SessionOptions } from '../../../src/bench/consumer/session.ts'
import type { Received } from '../../../src/drivers/consumer.ts'

function batch(partition: number, firstOffset: number, records: number): Received {
  return {
    partition,
    records,
    bytes: records * 100,
    firstOffset,
    lastOffset: firstOffset + records - 1,
    timestampMs: 1000 + firstOffset + records - 1,
  }
}

/** A session of two partitions with a hundred records each, unless told otherwise. */
function play(more: Partial<SessionOptions> = {}) {
  const ended: EndReason[] = []
  const session = createSession({
    partitions: 2,
    from: [0, 0],
    until: [100, 100],
    toEnd: true,
    numRecords: undefined,
    durationMs: undefined,
    idleMs: 10_000,
    onInterval: () => {},
    onFirstRecord: () => {},
    onEnd: (reason) => ended.push(reason),
    ...more,
  })
  session.start(0)
  return { session, ended }
}

describe('a reading session', () => {
  it('measures from when all partitions have delivered to the last record', () => {
    const { session, ended } = play()
    session.assigned(0, [0, 1], 300)
    session.received(0, [batch(0, 0, 10)], 500)
    session.received(0, [batch(1, 0, 10)], 700)
    session.received(0, [batch(0, 10, 90)], 1700)
    session.received(0, [batch(1, 10, 90)], 2700)
    expect(ended).toEqual(['end-of-topic'])
    const { measured, all, ...facts } = session.finish()
    expect(facts).toMatchObject({
      durationMs: 2000,
      measuredFrom: 'all-delivered',
      endedBy: 'end-of-topic',
      joinMs: 300,
      firstRecordMs: 500,
      allDeliveredMs: 700,
      perPartition: [100, 100],
      repeated: 0,
      skipped: 0,
      rebalances: 0,
    })
    expect(all.records).toBe(200)
    expect(measured).toEqual({ records: 180, bytes: 18_000 })
  })

  it('never counts the idle time-out', () => {
    const { session, ended } = play({ toEnd: false, numRecords: 1000 })
    session.assigned(0, [0, 1], 0)
    session.received(0, [batch(0, 0, 50), batch(1, 0, 50)], 100)
    session.received(0, [batch(0, 50, 50), batch(1, 50, 50)], 1100)
    for (let ms = 1200; ms <= 11_100; ms += 100) session.tick(ms)
    expect(ended).toEqual(['idle'])
    expect(session.finish().durationMs).toBe(1000)
  })

  it('waits longer for a group than for records', () => {
    const { session, ended } = play({ toEnd: false })
    session.tick(30_000)
    session.assigned(0, [0, 1], 30_500)
    session.tick(40_000)
    expect(ended).toEqual([])
    session.tick(40_500)
    expect(ended).toEqual(['idle'])
  })

  it('is measured from the first record where the start was most of it', () => {
    const { session } = play()
    session.assigned(0, [0, 1], 0)
    session.received(0, [batch(0, 0, 100)], 100)
    session.received(0, [batch(1, 0, 100)], 300)
    const { measuredFrom, durationMs, measured, series } = session.finish()
    expect(measuredFrom).toBe('first-record')
    expect(durationMs).toBe(200)
    expect(measured.records).toBe(200)
    expect(series.every(({ phase }) => phase === 'measure')).toBe(true)
  })

  it('does not wait for ever for a silent partition', () => {
    const { session } = play({ toEnd: false, durationMs: 3000, from: [0, 0], until: [100_000, 100] })
    session.assigned(0, [0, 1], 0)
    for (let n = 0; n <= 9; n++) session.received(0, [batch(0, n * 10, 10)], 100 + n * 1000)
    const { measuredFrom, durationMs, measured } = session.finish()
    expect(measuredFrom).toBe('first-record')
    expect(measured.records).toBe(100)
    expect(durationMs).toBe(9000)
  })

  it('stops at the number of records, and lets later ones go', () => {
    const { session, ended } = play({ toEnd: false, numRecords: 150 })
    session.received(0, [batch(0, 0, 100)], 100)
    session.received(0, [batch(1, 0, 60)], 200)
    expect(session.received(0, [batch(1, 60, 40)], 300)).toBe(false)
    expect(ended).toEqual(['records'])
    expect(session.finish().all.records).toBe(160)
  })

  it('stops after its duration of measured time', () => {
    const { session, ended } = play({ toEnd: false, durationMs: 1000 })
    session.received(0, [batch(0, 0, 1), batch(1, 0, 1)], 500)
    session.tick(1400)
    expect(ended).toEqual([])
    session.tick(1500)
    expect(ended).toEqual(['duration'])
  })

  it('ends at once where there is nothing to read', () => {
    const { session, ended } = play({ from: [100, 100] })
    session.assigned(0, [0, 1], 50)
    session.tick(100)
    expect(ended).toEqual(['end-of-topic'])
    expect(session.finish().all.records).toBe(0)
  })

  it('counts rebalances after the join, and records that are read again', () => {
    const { session } = play({ toEnd: false })
    session.assigned(0, [0], 100)
    session.assigned(1, [1], 150)
    session.received(0, [batch(0, 0, 50)], 200)
    session.received(1, [batch(1, 0, 50)], 300)
    session.revoked(1, [1], true)
    session.assigned(0, [0, 1], 1000)
    session.received(0, [batch(1, 30, 40)], 1100)
    const { rebalances, pollsMissed, repeated, perPartition, series } = session.finish()
    expect({ rebalances, pollsMissed, repeated, perPartition }).toEqual({
      rebalances: 1,
      pollsMissed: 1,
      repeated: 20,
      perPartition: [50, 90],
    })
    expect(series.map((one) => one.rebalances).reduce((a, b) => a + b)).toBe(1)
  })

  it('counts offsets without a record', () => {
    const { session } = play({ toEnd: false, from: [5, 0] })
    session.received(0, [batch(0, 7, 10)], 100)
    session.received(0, [{ ...batch(0, 17, 10), lastOffset: 28 }], 200)
    expect(session.finish().skipped).toBe(4)
    expect(session.position(0)).toBe(29)
  })

  it('takes the time from poll to poll for each consumer of its own', () => {
    const { session } = play({ toEnd: false })
    session.received(0, [batch(0, 0, 1)], 100)
    session.received(1, [batch(1, 0, 1)], 150)
    session.received(0, [batch(0, 1, 1)], 300)
    session.received(1, [batch(1, 1, 1)], 160)
    const { poll, longestPollMs } = session.finish()
    expect(poll?.count).toBe(2)
    expect(longestPollMs).toBe(200)
  })
})
