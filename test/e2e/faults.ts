/**
 * What a producer bench must say of a cluster that goes wrong, as data. Every run goes to a topic of `tune`'s own with
 * acks=all, idempotent where the client can be.
 */
import type { Limit } from '../../src/core/result.ts'
import { CAUSES, type Cause } from './causes.ts'

export const DRIVERS = ['confluent', 'kafkajs', 'wire'] as const
export type FaultDriver = (typeof DRIVERS)[number]

export interface Expected {
  /** Every error code of the run has to match; undefined: there may be none. */
  readonly codes?: RegExp
  /** Whether there has to be one. */
  readonly mustFail?: boolean
  readonly limitedBy: readonly Limit[]
  /** The client itself is known to lose and to double records here; what counts is that they are counted. */
  readonly clientErrs?: boolean
}

export interface Fault extends Cause {
  readonly expected: Readonly<Record<FaultDriver, Expected>>
}

export const same = <T>(expected: T): Readonly<Record<FaultDriver, T>> => ({
  confluent: expected,
  kafkajs: expected,
  wire: expected,
})

const nothingLost = same<Expected>({ limitedBy: ['none'] })
/** Whether the client caught up before the end depends on how soon it looked again. */
const perhapsBehind = same<Expected>({ limitedBy: ['none', 'broker'] })

export const FAULTS: readonly Fault[] = [
  { ...CAUSES.stopped, expected: nothingLost },
  { ...CAUSES.killed, expected: perhapsBehind },
  {
    ...CAUSES.moved,
    expected: {
      ...nothingLost,
      // When one broker refuses its part of a send, kafkajs sends again by the new leaders and skips brokers that have
      // answered (sendMessages.js, brokersWithoutResponse): parts are left out or sent twice, and numbers do not fit
      kafkajs: {
        codes: /^OUT_OF_ORDER_SEQUENCE_NUMBER$/,
        limitedBy: ['none', 'broker'],
        clientErrs: true,
      },
    },
  },
  { ...CAUSES.cut, expected: perhapsBehind },
  { ...CAUSES.far, expected: nothingLost },
  {
    ...CAUSES.narrow,
    expected: same({ codes: /^_TIMED_OUT$/, mustFail: true, limitedBy: ['network', 'broker'] }),
  },
  {
    ...CAUSES.deleted,
    expected: same({ codes: /UNKNOWN_TOPIC|_TIMED_OUT/, mustFail: true, limitedBy: ['broker'] }),
  },
  {
    ...CAUSES.produceQuota,
    expected: same({ codes: /^_TIMED_OUT$/, mustFail: true, limitedBy: ['quota'] }),
  },
]
