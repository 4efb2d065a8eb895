/** Hands answers to the application, one after the other, and none while it is busy with the last. */

export interface Delivery<A> {
  /** Hands it over now, or when the application has time. */
  push(answer: A): void
  close(): void
}

/**
 * @param handle hands an answer over; a promise says that the application is busy until it settles
 * @param onFailed the application's own error
 */
export function createDelivery<A>(
  handle: (answer: A) => Promise<void> | undefined,
  onFailed: (error: unknown) => void,
): Delivery<A> {
  const waiting: A[] = []
  let busy = false
  let closed = false

  const run = () => {
    while (!busy && !closed) {
      const answer = waiting.shift()
      if (answer === undefined) return
      let working: Promise<void> | undefined
      // What is pushed meanwhile waits for its turn
      busy = true
      try {
        working = handle(answer)
      } catch (error) {
        closed = true
        return onFailed(error)
      }
      if (working === undefined) busy = false
      else working.then(goOn, fail)
    }
  }

  const goOn = () => {
    busy = false
    run()
  }

  const fail = (error: unknown) => {
    closed = true
    onFailed(error)
  }

  return {
    push(answer) {
      waiting.push(answer)
      run()
    },
    close() {
      closed = true
      waiting.length = 0
    },
  }
}
