/** One request and its answer: gathered, and given up where it is too large or too late. */
import { OUT } from './crowd.ts'
import type { Watched } from './deadlines.ts'
import { decodeBody } from './decode.ts'
import { type AnswerHeaders, rawHeader, readHeaders } from './raw-headers.ts'
import { RequestError, toRequestError } from './request-error.ts'

export interface ApiAnswer {
  readonly status: number
  /** Read when first asked for, at a price: `{ headers } = answer` is asking. */
  readonly headers: AnswerHeaders
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

const NO_BODY = Buffer.alloc(0)

class Answer implements ApiAnswer {
  readonly status: number
  readonly body: Buffer
  readonly wireBytes: number
  readonly #raw: readonly Buffer[]
  #headers: AnswerHeaders | undefined

  constructor(status: number, raw: readonly Buffer[], body: Buffer, wireBytes: number) {
    this.status = status
    this.body = body
    this.wireBytes = wireBytes
    this.#raw = raw
  }

  get headers(): AnswerHeaders {
    this.#headers ??= readHeaders(this.#raw)
    return this.#headers
  }
}

/**
 * undici's handler of a request. A class, and not closures, because there is one for each; of the older of its two forms,
 * because the newer makes an object of all headers of every answer.
 */
export class Exchange implements Watched {
  place = OUT
  readonly #beganMs: number
  readonly #limits: ExchangeLimits
  readonly #nowMs: () => number
  readonly #onEnd: (outcome: ApiAnswer | RequestError) => void
  #heardMs: number
  #abort: ((reason: Error) => void) | undefined
  #status = 0
  #headers: readonly Buffer[] = []
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

  onConnect(abort: (reason?: Error) => void): void {
    this.#abort = abort
    // Given up while its connection was made
    if (this.#isOver) abort(new RequestError('REQUEST_TIMEOUT', 'given up'))
    else this.#heardMs = this.#nowMs()
  }

  onHeaders(status: number, headers: readonly Buffer[]): boolean {
    this.#status = status
    this.#headers = headers
    this.#heardMs = this.#nowMs()
    return true
  }

  onData(chunk: Buffer): boolean {
    if (this.#isOver) return true
    this.#heardMs = this.#nowMs()
    this.#bytes += chunk.length
    const { maxResponseBytes } = this.#limits
    if (this.#bytes > maxResponseBytes) {
      this.#fail(new RequestError('RESPONSE_TOO_LARGE', `the body is more than ${maxResponseBytes} B`))
    } else if (this.#first === undefined) this.#first = chunk
    else if (this.#more === undefined) this.#more = [this.#first, chunk]
    else this.#more.push(chunk)
    return true
  }

  onComplete(): void {
    if (this.#isOver) return
    const raw = this.#more === undefined ? (this.#first ?? NO_BODY) : Buffer.concat(this.#more, this.#bytes)
    const encoding = rawHeader(this.#headers, 'content-encoding')
    try {
      const body = decodeBody(raw, encoding, this.#limits.maxResponseBytes)
      this.#end(new Answer(this.#status, this.#headers, body, raw.length))
    } catch (error) {
      this.#end(toRequestError(error))
    }
  }

  onError(error: Error): void {
    this.#end(toRequestError(error))
  }

  #fail(error: RequestError): void {
    if (this.#isOver) return
    this.#end(error)
    this.#abort?.(error)
  }

  #end(outcome: ApiAnswer | RequestError): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#onEnd(outcome)
  }
}
