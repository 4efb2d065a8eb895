/** How a stub API misbehaves: what a poller has to survive, each in one way that is found in the wild. */
import type { Socket } from 'node:net'
import type { StubFault } from './options.ts'
import { type Page, toCursor } from './paging.ts'
import type { StubRequest, StubResponse } from './server.ts'

export interface FaultFacts {
  readonly request: StubRequest
  readonly response: StubResponse
  readonly url: URL
  readonly page: Page
  /** The page as it would be. */
  readonly plain: Buffer
}

export function misbehave(fault: StubFault, facts: FaultFacts): void {
  FAULTS[fault](facts)
}

const FAULTS: Readonly<Record<StubFault, (facts: FaultFacts) => void>> = {
  error: ({ response }) => send(response, 500, 'application/json', '{"error":"internal"}'),
  reset({ request, response, plain }) {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(plain.length) })
    const half = plain.subarray(0, plain.length >> 1)
    // The second is HTTP/2's INTERNAL_ERROR
    if ('stream' in response) response.write(half, 'utf8', () => response.stream.close(2))
    else response.write(half, () => breakOff(request.socket))
  },
  hang: () => {},
  truncate: ({ response, plain }) =>
    send(response, 200, 'application/json', plain.subarray(0, plain.length >> 1)),
  html: ({ response }) => send(response, 200, 'text/html', '<html><body>Please log in</body></html>'),
  redirect({ response, url }) {
    response.writeHead(302, { location: url.pathname + url.search })
    response.end()
  },
  'not-utf8'({ response, plain }) {
    const broken = Buffer.from(plain)
    const at = broken.lastIndexOf('"}')
    if (at > 0) broken[at - 1] = 0xff
    send(response, 200, 'application/json', broken)
  },
  repeat({ response, page, plain }) {
    // The page says that it is its own next
    const text = plain
      .toString('utf8')
      .replace(/"next_cursor":(?:"[^"]*"|null)/, `"next_cursor":"${toCursor(page.from)}"`)
    send(response, 200, 'application/json', text)
  },
}

/** Node resets plain sockets only; under TLS an end without its farewell is as bad. */
function breakOff(socket: Socket): void {
  if ('encrypted' in socket) socket.destroy()
  else socket.resetAndDestroy()
}

function send(response: StubResponse, status: number, type: string, body: Buffer | string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) })
  response.end(body)
}
