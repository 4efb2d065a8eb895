/** The same load on several processes: each takes its share, they begin together, and what they bring is put together. */
import type { Loaded, Loader } from '../bench/load.ts'
import { sum } from '../core/sum.ts'
import { TuneError } from '../errors.ts'
import { mergeLoaded } from './merge.ts'
import { machineMs, type Order, revived } from './messages.ts'
import { startWorker, type WorkerProcess } from './process.ts'
import { createTogether } from './together.ts'

/** From the last one's readiness until measured time begins: long enough for the word to reach all of them. */
const START_MS = 50

/**
 * @param count processes
 * @param cwd what relative paths of record files are relative to
 * @param note a line that a worker, or a library in it, wrote
 */
export function loadByWorkers(count: number, cwd: string, note: (line: string) => void): Loader {
  return async (plan, partitions, io) => {
    const { log, ...connection } = plan.connection
    const together = createTogether(count, io.progress)
    const workers: WorkerProcess[] = []
    const answers = Array.from({ length: count }, (_, index) => {
      let isReady: (used: number) => void = () => {}
      const ready = new Promise<number>((resolve) => {
        isReady = resolve
      })
      const loaded = new Promise<Loaded>((resolve, reject) => {
        const worker = startWorker(`worker ${index + 1} of ${count}`, {
          onLine: note,
          onMessage(message) {
            if (message.type === 'progress') together.tell(index, message.progress)
            else if (message.type === 'log') log?.(message.line)
            else if (message.type === 'ready') isReady(message.used)
            else if (message.type === 'loaded') resolve(message.loaded)
            else if (message.type === 'failed') reject(revived(message.error))
          },
        })
        void worker.died.then(reject)
        workers.push(worker)
        const order: Order = {
          plan: { ...plan, connection, share: { index, of: count } },
          partitions,
          cwd,
          debug: log !== undefined,
        }
        worker.tell({ type: 'order', order })
      })
      // Whichever fails first is reported
      loaded.catch(() => {})
      return { ready, loaded }
    })
    const all = Promise.all(answers.map(({ loaded }) => loaded))
    all.catch(() => {})
    const tellAll = (message: Parameters<WorkerProcess['tell']>[0]) => {
      for (const worker of workers) worker.tell(message)
    }
    const onStop = () => tellAll({ type: 'stop' })
    const onGone = () => tellAll({ type: 'gone', reason: String(io.gone?.reason) })
    if (io.signal.aborted) onStop()
    if (io.gone?.aborted) onGone()
    io.signal.addEventListener('abort', onStop)
    io.gone?.addEventListener('abort', onGone)
    try {
      const readiness = Promise.all(answers.map(({ ready }) => ready))
      // Or one has failed before
      await Promise.race([readiness, all])
      await io.ready(sum(await readiness))
      tellAll({ type: 'go', atMs: machineMs() + START_MS })
      const [first, ...others] = await all
      if (first === undefined) throw new TuneError('INTERNAL', 'no worker')
      return mergeLoaded([first, ...others])
    } finally {
      io.signal.removeEventListener('abort', onStop)
      io.gone?.removeEventListener('abort', onGone)
      await Promise.all(workers.map((worker) => worker.kill()))
    }
  }
}
