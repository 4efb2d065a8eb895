/** The REST interface of a Kafka Connect worker, as far as a bench needs it. */
import { messageOf, TuneError } from '../errors.ts'
import { createAsker, shownUrl } from '../http/ask.ts'
import type { ApiRequest } from '../http/client.ts'
import { member } from '../member.ts'
import { type ConnectorStatus, connectorUrl, readStatus } from './status.ts'

export type ConnectorConfig = Readonly<Record<string, string>>

export interface Connect {
  /** @throws TuneError CONNECTOR */
  create(name: string, config: ConnectorConfig): Promise<void>
  /** undefined where there is no such connector. */
  status(name: string): Promise<ConnectorStatus | undefined>
  config(name: string): Promise<ConnectorConfig | undefined>
  /** With its offsets, where the worker can (Kafka 3.6). One that is not there is no error. */
  remove(name: string): Promise<void>
}

type Method = ApiRequest['method']

const ANSWER_MS = 15_000
/** A worker that rebalances answers 409: https://kafka.apache.org/documentation/#connect_rest */
const REBALANCING = 409
const AGAIN_MS = 300
const TRIES = 40

/**
 * @param secrets left out of every message: a worker repeats configurations
 */
export function connectAt(url: string, secrets: readonly string[] = []): Connect {
  const base = url.replace(/\/+$/, '')
  const shown = shownUrl(base)
  const hide = (text: string) => secrets.reduce((all, secret) => all.replaceAll(secret, '[hidden]'), text)

  async function ask(
    method: Method,
    url: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown }> {
    const asker = createAsker(() => performance.now(), ANSWER_MS)
    try {
      const answer = await asker.ask(url, body, method)
      return { status: answer.status, body: parsed(answer.body.toString('utf8')) }
    } catch (error) {
      const why = error instanceof Error && error.cause !== undefined ? error.cause : error
      throw new TuneError('UNREACHABLE', `no Connect worker answers at ${shown}: ${hide(messageOf(why))}`, {
        hint: 'check --connect-url: the REST port of a worker, 8083 unless set otherwise',
        cause: error,
      })
    } finally {
      await asker.close()
    }
  }

  /** Waits out rebalances. */
  async function settled(method: Method, url: string, body?: unknown) {
    for (let n = 0; ; n++) {
      const answer = await ask(method, url, body)
      if (answer.status !== REBALANCING || n >= TRIES) return answer
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    }
  }

  function refuse(what: string, status: number, body: unknown): TuneError {
    const said = member(body, 'message')
    const text = typeof said === 'string' ? said : `HTTP ${status}`
    return new TuneError('CONNECTOR', `${shown} ${what}: ${hide(text.split('\n').join(' ').trim())}`, {
      hint: 'the settings of a connector of tune’s own come from --connector-props and docs/cdc.md',
    })
  }

  const at = (name: string, path?: string) => connectorUrl(base, name, path)
  return {
    async create(name, config) {
      const { status, body } = await settled('POST', `${base}/connectors`, { name, config })
      if (status !== 201) throw refuse('does not take the connector', status, body)
    },
    async status(name) {
      const { status, body } = await settled('GET', at(name, '/status'))
      if (status === 404) return undefined
      if (status !== 200) throw refuse(`does not tell how ${name} does`, status, body)
      const read = readStatus(body)
      if (read === undefined) throw refuse(`does not tell how ${name} does`, status, body)
      const tasks = read.tasks.map((task) =>
        task.trace === undefined ? task : { ...task, trace: hide(task.trace) },
      )
      return { ...read, tasks }
    },
    async config(name) {
      const { status, body } = await settled('GET', at(name, '/config'))
      if (status === 404) return undefined
      if (status !== 200) throw refuse(`does not tell the settings of ${name}`, status, body)
      return Object.fromEntries(Object.entries(Object(body)).map(([key, value]) => [key, String(value)]))
    },
    async remove(name) {
      // Offsets of a running connector cannot be removed; older workers cannot at all, and keep them
      const stopped = await settled('PUT', at(name, '/stop'))
      for (let n = 0; stopped.status < 300 && n < TRIES; n++) {
        const { status } = await settled('DELETE', at(name, '/offsets'))
        if (status < 400 || status === 404) break
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
      }
      const { status, body } = await settled('DELETE', at(name))
      if (status >= 300 && status !== 404) throw refuse(`does not remove ${name}`, status, body)
    },
  }
}

function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Why it does no work, in one line; undefined while it may. A paused one may be resumed. */
export function whyDead(name: string, status: ConnectorStatus | undefined): string | undefined {
  if (status === undefined) return `connector ${name} is there no longer`
  const failed = status.tasks.find(({ state }) => state === 'FAILED')
  if (failed !== undefined) {
    return `task ${failed.id} of connector ${name} failed: ${rootOf(failed.trace)}`
  }
  return status.state === 'FAILED' ? `connector ${name} failed` : undefined
}

/** The last cause of a Java trace says what went wrong. */
function rootOf(trace = 'no trace'): string {
  const lines = trace.split('\n')
  const cause = lines.findLast((line) => line.startsWith('Caused by: ')) ?? lines[0] ?? ''
  return cause
    .replace(/^Caused by: /, '')
    .replace(/^[\w.$]+\.(\w+): /, '$1: ')
    .trim()
}
