/** A worker: a process of its own, which carries a share of a load or has consumers. Ends with who started it. */
import { carry } from './carry.ts'
import { createConsumers } from './consuming.ts'
import type { FromWorker, ToWorker } from './messages.ts'

const stop = new AbortController()
const gone = new AbortController()
const consumers = createConsumers(tell)
let go: (atMs: number) => void = () => {}
const started = new Promise<number>((resolve) => {
  go = resolve
})

// Whoever started it says when it stops; Ctrl-C reaches every process of a terminal.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => {})
process.on('disconnect', () => process.exit(1))
process.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'order':
      void carry(message.order, { started, stop: stop.signal, gone: gone.signal, tell })
      break
    case 'go':
      go(message.atMs)
      break
    case 'stop':
      stop.abort()
      break
    case 'gone':
      gone.abort(message.reason)
      break
    default:
      consumers.on(message)
  }
})

/** Resolves when the message has left. */
function tell(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, undefined, undefined, () => resolve())
  })
}
