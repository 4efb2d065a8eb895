/** What a bench that polls must say of an API that goes wrong, as data. */
import type { HttpResult } from '../../src/core/result.ts'

export interface ApiFault {
  /** Of the API. */
  readonly name: string
  /** Of the stub, and of the bench. */
  readonly args: readonly string[]
  /** Every code of a request has to match, and there has to be one; undefined: there may be none. */
  readonly codes?: RegExp
  readonly expect?: (result: HttpResult) => boolean
}

/** Tried once, so that each failure is a poll that failed. */
const once = ['--retries', '0']
const short = ['--stub-records', '300', '--page-size', '100']

/** Faults that a run goes through: exit code 0 or 3, the accounting exact. */
export const API_FAULTS: readonly ApiFault[] = [
  {
    name: 'answers 500 to a third of the requests',
    args: ['--stub-fault', 'error:33%', ...once, ...short],
    codes: /^HTTP_500$/,
    // A machine that is busy with other things is told of first
    expect: ({ health, polls }) =>
      (health.limitedBy === 'api' || health.generatorLimited) && polls.failed > 0,
  },
  {
    name: 'answers 500 now and then, and is asked again',
    args: ['--stub-fault', 'error:20%', '--retries', '8', '--retry-backoff', '5ms', ...short],
    codes: /^HTTP_500$/,
    expect: ({ polls, requests }) => polls.failed === 0 && requests.retries === requests.failed,
  },
  {
    name: 'resets connections in the middle of the body',
    args: ['--stub-fault', 'reset:30%', ...once, ...short],
    codes: /^RESET$/,
  },
  {
    name: 'never answers some requests',
    args: ['--stub-fault', 'hang:20%', '--request-timeout', '200ms', ...once, ...short],
    codes: /^REQUEST_TIMEOUT$/,
  },
  {
    name: 'breaks JSON off',
    args: ['--stub-fault', 'truncate:30%', ...once, ...short],
    codes: /^BAD_JSON$/,
  },
  {
    name: 'sends a page of HTML with status 200',
    // Of this seed the first answers are good
    args: ['--stub-fault', 'html:20%', '--stub-seed', '1', ...once, ...short],
    codes: /^CONTENT_TYPE$/,
  },
  {
    name: 'redirects now and then',
    args: ['--stub-fault', 'redirect:20%', '--stub-seed', '1', ...once, ...short],
    codes: /^REDIRECT$/,
  },
  {
    name: 'sends bytes that are not UTF-8',
    args: ['--stub-fault', 'not-utf8:30%', ...once, ...short],
    codes: /^NOT_UTF8$/,
  },
  {
    name: 'has a cursor that leads back',
    args: ['--stub-fault', 'repeat:100%', ...short],
    expect: ({ polls, warnings }) =>
      (polls.ends.repeats ?? 0) === polls.done && warnings.some(({ id }) => id === 'cursor-repeats'),
  },
  {
    name: 'has a cursor that never ends',
    args: ['--stub-endless', '--stub-records', '250', '--max-pages', '7'],
    expect: ({ polls }) => (polls.ends['max-pages'] ?? 0) + (polls.ends.repeats ?? 0) === polls.done,
  },
  {
    name: 'answers 429 to most requests and says how long to wait',
    args: ['--stub-rate-limit', '10/s:1', '--retries', '3', '--stub-records', '50'],
    codes: /^HTTP_429$/,
    expect: ({ requests, metrics }) =>
      requests.rateLimited > 0 && metrics.rateLimited === requests.rateLimited,
  },
]

export interface Refused {
  readonly name: string
  readonly args: readonly string[]
  readonly says: RegExp
}

/** Faults that leave no hope: told by the first answer, exit code 2. */
export const HOPELESS: readonly Refused[] = [
  { name: 'redirects every request', args: ['--stub-fault', 'redirect:100%'], says: /redirects/ },
  { name: 'has nothing but HTML', args: ['--stub-fault', 'html:100%'], says: /not JSON/ },
]
