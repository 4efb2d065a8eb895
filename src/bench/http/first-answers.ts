/**
 * An address at which nobody is, a login that is wrong or a page that is none is told by the first answer; the rest of
 * the run would only say it again. So it ends there, as an error in words. Whatever goes wrong after a good answer is a
 * result.
 */
import { type ErrorCode, TuneError } from '../../errors.ts'
import { shown } from '../../http/config/shown.ts'
import type { InstancePlan } from './plan.ts'

export interface FirstAnswers {
  /** @param code of a request that failed; undefined: the answer was good */
  look(code: string | undefined, instance: InstancePlan): void
  /** Aborted by the first answer, where that leaves no hope. */
  readonly signal: AbortSignal
  /** @throws TuneError once aborted */
  check(): void
}

interface Hopeless {
  readonly code: ErrorCode
  readonly text: (url: string) => string
  readonly hint: string
}

const wrongPath = 'check the path of --url'
const login = 'check the headers and the login of the configuration'

const HOPELESS: Readonly<Record<string, Hopeless>> = {
  REFUSED: {
    code: 'UNREACHABLE',
    text: (url) => `nobody listens at ${url} (connection refused)`,
    hint: 'check host and port of --url; without it tune starts a stub API of its own',
  },
  NAME_NOT_FOUND: {
    code: 'UNREACHABLE',
    text: (url) => `the host of ${url} has no address`,
    hint: 'check the host of --url, and the name server',
  },
  CONNECT_TIMEOUT: {
    code: 'UNREACHABLE',
    text: (url) => `no connection to ${url} in time`,
    hint: 'check host and port of --url, and what lies between',
  },
  TLS: {
    code: 'UNREACHABLE',
    text: (url) => `no TLS with ${url}: its certificate is not trusted, or it speaks no TLS`,
    hint: 'name the authority with --ca FILE, or use http://',
  },
  REDIRECT: {
    code: 'CONFIG',
    text: (url) => `${url} redirects; a poller that followed would measure something else`,
    hint: 'name the address that it leads to',
  },
  CONTENT_TYPE: {
    code: 'CONFIG',
    text: (url) => `${url} answers with something that is not JSON`,
    hint: wrongPath,
  },
  NO_RECORDS: {
    code: 'CONFIG',
    text: (url) => `the pages of ${url} have no records where the configuration says`,
    hint: 'check the path of the records in a page',
  },
  HTTP_401: { code: 'UNAUTHORIZED', text: (url) => `${url} wants a login (401)`, hint: login },
  HTTP_403: { code: 'UNAUTHORIZED', text: (url) => `${url} refuses this login (403)`, hint: login },
  HTTP_404: { code: 'CONFIG', text: (url) => `there is nothing at ${url} (404)`, hint: wrongPath },
  HTTP_405: {
    code: 'CONFIG',
    text: (url) => `${url} does not take this method (405)`,
    hint: 'check the method of the configuration',
  },
  HTTP_410: { code: 'CONFIG', text: (url) => `what was at ${url} is gone for good (410)`, hint: wrongPath },
}

/** Whatever a configuration says of its own API. */
const STUBS_RECORDS =
  'the stub API has them in data, and its cursor in next_cursor: --records-path data --cursor-path next_cursor'

/** @param isStub they are those of a stub of the run's own */
export function watchFirstAnswers(isStub = false): FirstAnswers {
  const ended = new AbortController()
  let isKnown = false
  let found: TuneError | undefined
  return {
    signal: ended.signal,
    look(code, { setup }) {
      if (isKnown) return
      if (code === undefined) {
        isKnown = true
        return
      }
      const hopeless = HOPELESS[code]
      if (hopeless === undefined) return
      isKnown = true
      const urls = shown(setup).plan.targets.map(({ url }) => url)
      const hint = isStub && code === 'NO_RECORDS' ? STUBS_RECORDS : hopeless.hint
      found = new TuneError(hopeless.code, hopeless.text(urls.join(' or ')), { hint })
      ended.abort()
    },
    check() {
      if (found !== undefined) throw found
    },
  }
}
