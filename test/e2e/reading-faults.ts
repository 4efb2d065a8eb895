/**
 * What those who read must say of a cluster that goes wrong, as data: an end-to-end bench writes to a topic, and a
 * consumer bench reads the same topic beside it, so that both see the same fault.
 */
import type { Limit } from '../../src/core/result.ts'
import { CAUSES, type Cause } from './causes.ts'
import { type Expected, type FaultDriver, same } from './faults.ts'

/** Of the end-to-end bench: codes are those of records that were not received. */
export interface E2eExpected extends Expected {
  /** Every code that its consumers meet has to match; undefined: they meet none. */
  readonly met?: RegExp
}

/** Of the consumer bench. */
export interface ReadingExpected {
  readonly codes?: RegExp
  readonly limitedBy: readonly Limit[]
}

export interface ReadingFault extends Cause {
  readonly e2e: Readonly<Record<FaultDriver, E2eExpected>>
  readonly reading: Readonly<Record<FaultDriver, ReadingExpected>>
  /** Neither can go on: the reason that both end with. */
  readonly endsWith?: RegExp
}

const reading = (limitedBy: Limit, codes?: RegExp): ReadingFault['reading'] => {
  return same({ limitedBy: [limitedBy], ...(codes !== undefined && { codes }) })
}

/** What clients say of a connection that is lost and not had again at once. */
const CUT_OFF = /^_(TRANSPORT|ALL_BROKERS_DOWN)$/

export const READING_FAULTS: readonly ReadingFault[] = [
  { ...CAUSES.stopped, e2e: same({ limitedBy: ['none'] }), reading: reading('broker') },
  {
    ...CAUSES.killed,
    e2e: same({ limitedBy: ['none', 'broker'], met: CUT_OFF }),
    reading: reading('broker', CUT_OFF),
  },
  { ...CAUSES.moved, e2e: same({ limitedBy: ['none'] }), reading: reading('broker') },
  {
    ...CAUSES.cut,
    e2e: same({ limitedBy: ['none', 'broker'], met: CUT_OFF }),
    reading: reading('broker', CUT_OFF),
  },
  { ...CAUSES.far, seconds: 6, e2e: same({ limitedBy: ['none'] }), reading: reading('broker') },
  {
    ...CAUSES.narrow,
    seconds: 6,
    e2e: same({ codes: /^_(TIMED_OUT|NOT_RECEIVED)$/, mustFail: true, limitedBy: ['network', 'broker'] }),
    reading: reading('broker'),
  },
  {
    ...CAUSES.consumeQuota,
    seconds: 6,
    e2e: same({ codes: /^_NOT_RECEIVED$/, mustFail: true, limitedBy: ['quota'] }),
    reading: reading('quota'),
  },
  {
    ...CAUSES.deleted,
    e2e: same({ codes: /UNKNOWN_TOPIC|_TIMED_OUT|_NOT_RECEIVED/, limitedBy: ['broker'] }),
    reading: reading('broker'),
    endsWith: /topic \S+ (does not exist|is no longer there|has been gone)/,
  },
]
