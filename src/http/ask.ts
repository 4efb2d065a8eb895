/** Single questions over HTTP to what a connector runs on; by the one door to undici. */
import { TuneError } from '../errors.ts'
import { type ApiRequest, createClient } from './client.ts'
import type { ApiAnswer } from './exchange.ts'
import { RequestError, type RequestErrorCode } from './request-error.ts'
import { DEFAULT_CONNECTION } from './settings.ts'

export interface Asker {
  /**
   * The answer, whatever its status.
   * @throws TuneError UNREACHABLE, with the address and without its secrets
   */
  ask(url: string, body?: unknown, method?: ApiRequest['method']): Promise<ApiAnswer>
  /** Of an answer with status 200. @throws TuneError UNREACHABLE, UNAUTHORIZED */
  json(url: string, body?: unknown): Promise<unknown>
  /** Ends what is under way. */
  close(): Promise<void>
}

/** A monitoring endpoint that takes longer says nothing about now. */
const ANSWER_MS = 5_000
/** A scrape of a busy worker has megabytes. */
const MAX_BYTES = 64 * 1024 * 1024

/** In words, what Node says in codes. */
const WHY: Readonly<Partial<Record<RequestErrorCode, string>>> = {
  REFUSED: 'nothing listens there (connection refused)',
  NAME_NOT_FOUND: 'its host has no address',
  RESET: 'the connection was closed before the answer was whole',
}

/** @param answerMs how long an answer may take */
export function createAsker(nowMs: () => number, answerMs = ANSWER_MS): Asker {
  const client = createClient(
    {
      ...DEFAULT_CONNECTION,
      connectTimeoutMs: answerMs,
      socketTimeoutMs: answerMs,
      requestTimeoutMs: answerMs,
      maxResponseBytes: MAX_BYTES,
    },
    nowMs,
  )
  const ask: Asker['ask'] = async (text, body, method = body === undefined ? 'GET' : 'POST') => {
    const url = new URL(text)
    try {
      return await client.ask({
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers: {
          accept: '*/*',
          ...loginOf(url),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    } catch (error) {
      const why = error instanceof RequestError ? (WHY[error.code] ?? error.message) : String(error)
      throw new TuneError('UNREACHABLE', `no answer from ${shownUrl(text)}: ${why}`, {
        hint: 'check the address, and that it listens',
        cause: error,
      })
    }
  }
  return {
    ask,
    async json(url, body) {
      const answer = await ask(url, body)
      if (answer.status === 401 || answer.status === 403) {
        throw new TuneError('UNAUTHORIZED', `${shownUrl(url)} answers ${answer.status}`, {
          hint: `put the login into the address, in single quotes: 'http://me:\${env:PASSWORD}@host:port'`,
        })
      }
      if (answer.status !== 200) {
        throw new TuneError('UNREACHABLE', `${shownUrl(url)} answers ${answer.status}`, {
          hint: 'check the path; what is there can be seen with curl',
        })
      }
      try {
        return JSON.parse(answer.body.toString('utf8'))
      } catch (cause) {
        throw new TuneError('UNREACHABLE', `${shownUrl(url)} answers with something that is not JSON`, {
          hint: 'check the path; what is there can be seen with curl',
          cause,
        })
      }
    },
    close: () => client.close(),
  }
}

function loginOf({ username, password }: URL): Record<string, string> {
  if (username === '') return {}
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { authorization: `Basic ${Buffer.from(login).toString('base64')}` }
}

/** An address for messages and results: without its login, and without what its query may hold. */
export function shownUrl(text: string): string {
  const url = new URL(text)
  const { origin, pathname, search } = url
  return `${origin}${pathname === '/' ? '' : pathname}${search === '' ? '' : '?…'}`
}
