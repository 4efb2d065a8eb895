/** Questions over HTTP to what a connector runs on; by the one door to undici, one connection each. */
import { TuneError } from '../errors.ts'
import { createClient } from '../http/client.ts'
import type { ApiAnswer } from '../http/exchange.ts'
import { RequestError } from '../http/request-error.ts'
import { DEFAULT_CONNECTION } from '../http/settings.ts'

export interface Asker {
  /**
   * The answer, whatever its status.
   * @throws TuneError UNREACHABLE, with the address and without its secrets
   */
  ask(url: string, body?: unknown): Promise<ApiAnswer>
  /** Of an answer with status 200. @throws TuneError UNREACHABLE, UNAUTHORIZED */
  json(url: string, body?: unknown): Promise<unknown>
  close(): Promise<void>
}

/** A monitoring endpoint that takes longer says nothing about now. */
const ANSWER_MS = 5_000
/** A scrape of a busy worker has megabytes. */
const MAX_BYTES = 64 * 1024 * 1024

export function createAsker(nowMs: () => number): Asker {
  const client = createClient(
    {
      ...DEFAULT_CONNECTION,
      connectTimeoutMs: ANSWER_MS,
      socketTimeoutMs: ANSWER_MS,
      requestTimeoutMs: ANSWER_MS,
      maxResponseBytes: MAX_BYTES,
    },
    nowMs,
  )
  const ask = async (text: string, body?: unknown) => {
    const url = new URL(text)
    try {
      return await client.ask({
        origin: url.origin,
        path: url.pathname + url.search,
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          accept: '*/*',
          ...loginOf(url),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    } catch (error) {
      const why = error instanceof RequestError ? error.message : String(error)
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
