/** One request and its answer: gathered, and given up where it is too large or too late. */
import type { IncomingHttpHeaders } from 'node:http'
import { OUT } from './crowd.ts'
import type { Watched } from './deadlines.ts'
import { decodeBody } from './decode.ts'
import { RequestError, toRequestError } from './request-error.ts'

export interface ApiAnswer {
  readonly status: number
  /** Names in lower case; several of a name joined by a comma. */
  readonly headers: Readonly<Record<string, string>>
  /** Decoded. */
  readonly body: Buffer
  /** As it came. */
  readonly wireBytes: number
}

export interface ExchangeLimits {
  readonly socketTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly maxResponseBytes: number
}

/** What is asked of whoever carries the request. */
interface Carrier {
  abort(reason: Error): void
}

const NO_BODY = Buffer.alloc(0)

/** undici's handler of a request. A class, and not closures, because there is one for each. */
export class Exchange implements Watched {
  place = OUT
  readonly #beganMs: number
  readonly #limits: ExchangeLimits
  readonly #nowMs: () => number
  readonly #onEnd: (outcome: ApiAnswer | RequestError) => void
  #heardMs: number
  #controller: Carrier | undefined
  #status = 0
  #headers: IncomingHttpHeaders = {}
  #first: Buffer | undefined
  #more: Buffer[] | undefined
  #bytes = 0
  #isOver = false

  /** @param onEnd called once */
  constructor(
    limits: ExchangeLimits,
    nowMs: () => number,
    beganMs: number,
    onEnd: (outcome: ApiAnswer | RequestError) => void,
  ) {
    this.#limits = limits
    this.#nowMs = nowMs
    this.#onEnd = onEnd
    this.#beganMs = beganMs
    this.#heardMs = beganMs
  }

  dueMs(): number {
    const { socketTimeoutMs, requestTimeoutMs } = this.#limits
    return Math.min(this.#heardMs + socketTimeoutMs, this.#beganMs + requestTimeoutMs)
  }

  giveUp(): void {
    const { socketTimeoutMs, requestTimeoutMs } = this.#limits
    const isWhole = this.#beganMs + requestTimeoutMs <= this.#heardMs + socketTimeoutMs
    this.#fail(
      isWhole
        ? new RequestError('REQUEST_TIMEOUT', `no whole answer in ${requestTimeoutMs} ms`)
        : new RequestError('SOCKET_TIMEOUT', `nothing was heard for ${socketTimeoutMs} ms`),
    )
  }

  onRequestStart(controller: Carrier): void {
    this.#controller = controller
    // Given up while its connection was made
    if (this.#isOver) controller.abort(new RequestError('REQUEST_TIMEOUT', 'given up'))
    else this.#heardMs = this.#nowMs()
  }

  onResponseStart(_: Carrier, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status
    this.#headers = headers
    this.#heardMs = this.#nowMs()
  }

  onResponseData(_: Carrier, chunk: Buffer): void {
    if (this.#isOver) return
    this.#heardMs = this.#nowMs()
    this.#bytes += chunk.length
    const { maxResponseBytes } = this.#limits
    if (this.#bytes > maxResponseBytes) {
      this.#fail(new RequestError('RESPONSE_TOO_LARGE', `the body is more than ${maxResponseBytes} B`))
    } else if (this.#first === undefined) this.#first = chunk
    else if (this.#more === undefined) this.#more = [this.#first, chunk]
    else this.#more.push(chunk)
  }

  onResponseEnd(): void {
    if (this.#isOver) return
    const raw = this.#more === undefined ? (this.#first ?? NO_BODY) : Buffer.concat(this.#more, this.#bytes)
    const headers = flatten(this.#headers)
    try {
      const body = decodeBody(raw, headers['content-encoding'], this.#limits.maxResponseBytes)
      this.#end({ status: this.#status, headers, body, wireBytes: raw.length })
    } catch (error) {
      this.#end(toRequestError(error))
    }
  }

  onResponseError(_: Carrier, error: Error): void {
    this.#end(toRequestError(error))
  }

  #fail(error: RequestError): void {
    if (this.#isOver) return
    this.#end(error)
    this.#controller?.abort(error)
  }

  #end(outcome: ApiAnswer | RequestError): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#onEnd(outcome)
  }
}

/** Themselves where none comes several times, which is nearly always. */
function flatten(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  for (const name in headers) if (typeof headers[name] !== 'string') return joined(headers)
  return headers as Readonly<Record<string, string>>
}

function joined(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const all: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) all[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return all
}
