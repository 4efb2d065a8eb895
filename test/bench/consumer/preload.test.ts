/** How a topic is filled that is to be read. */
import { describe, expect, it } from 'vitest'
import { evenly } from '../../../src/bench/consumer/preload.ts'
import { connectionTo } from '../../drivers/plan.ts'

const facts = (numRecords: number, partitions: number, properties = {}) => ({
  connection: connectionTo('127.0.0.1:9092'),
  topic: 't',
  ...{ numRecords, partitions, properties },
})

describe('a topic that is filled', () => {
  it('has batches so small that every partition gets at least sixteen', () => {
    // 12,000 records of 1,000 B for 12 partitions: 1 MB each
    expect(evenly(facts(12_000, 12), 1000)).toEqual({ 'batch.size': '62500' })
    expect(evenly(facts(100, 12), 1000)).toEqual({ 'batch.size': '1024' })
  })

  it('keeps the batches of the client where these are small enough, and those that were asked for', () => {
    expect(evenly(facts(10_000_000, 12), 100)).toEqual({})
    expect(evenly(facts(100, 12, { 'batch.size': '500000' }), 1000)).toEqual({ 'batch.size': '500000' })
  })
})
