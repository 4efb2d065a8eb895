/** The REST interface of a Kafka Connect worker, as far as a bench needs it. */
import { messageOf, TuneError } from '../errors.ts'
import { member } from '../member.ts'

export type ConnectorConfig = Readonly<Record<string, string>>

export interface ConnectorStatus {
  /** RUNNING, PAUSED, STOPPED, FAILED, UNASSIGNED … */
  readonly state: string
  readonly tasks: readonly { readonly id: number; readonly state: string; readonly trace?: string }[]
}

export interface Connect {
  /** @throws TuneError CONNECTOR */
  create(name: string, config: ConnectorConfig): Promise<void>
  /** undefined where there is no such connector. */
  status(name: string): Promise<ConnectorStatus | undefined>
  config(name: string): Promise<ConnectorConfig | undefined>
  /** With its offsets, where the worker can (Kafka 3.6). One that is not there is no error. */
  remove(name: string): Promise<void>
}

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
  const shown = base.replace(/:\/\/[^/@\s]+@/, '://[hidden]@')
  const hide = (text: string) => secrets.reduce((all, secret) => all.replaceAll(secret, '[hidden]'), text)

  async function ask(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown }> {
    const target = new URL(base)
    const login = target.username === '' ? undefined : `${target.username}:${target.password}`
    target.username = ''
    target.password = ''
    let answer: Response
    try {
      answer = await fetch(`${target.href.replace(/\/+$/, '')}${path}`, {
        method,
        headers: {
          'content-type': 'application/json',
          ...(login === undefined
            ? {}
            : { authorization: `Basic ${Buffer.from(decodeURIComponent(login)).toString('base64')}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(ANSWER_MS),
      })
    } catch (error) {
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
      throw new TuneError('UNREACHABLE', `no Connect worker answers at ${shown}: ${hide(messageOf(cause))}`, {
        hint: 'check --connect-url: the REST port of a worker, 8083 unless set otherwise',
        cause: error,
      })
    }
    const text = await answer.text()
    return { status: answer.status, body: parsed(text) }
  }

  /** Waits out rebalances. */
  async function settled(method: string, path: string, body?: unknown) {
    for (let n = 0; ; n++) {
      const answer = await ask(method, path, body)
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

  const at = (name: string) => `/connectors/${encodeURIComponent(name)}`
  return {
    async create(name, config) {
      const { status, body } = await settled('POST', '/connectors', { name, config })
      if (status !== 201) throw refuse('does not take the connector', status, body)
    },
    async status(name) {
      const { status, body } = await settled('GET', `${at(name)}/status`)
      if (status === 404) return undefined
      if (status !== 200) throw refuse(`does not tell how ${name} does`, status, body)
      const tasks = member(body, 'tasks')
      return {
        state: String(member(member(body, 'connector'), 'state')),
        tasks: (Array.isArray(tasks) ? tasks : []).map((task: unknown) => {
          const trace = member(task, 'trace')
          return {
            id: Number(member(task, 'id')),
            state: String(member(task, 'state')),
            ...(typeof trace === 'string' ? { trace: hide(trace) } : {}),
          }
        }),
      }
    },
    async config(name) {
      const { status, body } = await settled('GET', `${at(name)}/config`)
      if (status === 404) return undefined
      if (status !== 200) throw refuse(`does not tell the settings of ${name}`, status, body)
      return Object.fromEntries(Object.entries(Object(body)).map(([key, value]) => [key, String(value)]))
    },
    async remove(name) {
      // Offsets of a running connector cannot be removed; older workers cannot at all, and keep them
      const stopped = await settled('PUT', `${at(name)}/stop`)
      for (let n = 0; stopped.status < 300 && n < TRIES; n++) {
        const { status } = await settled('DELETE', `${at(name)}/offsets`)
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
