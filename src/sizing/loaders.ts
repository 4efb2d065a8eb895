import type { Calculator } from './calculator.ts'
import type { CalculatorName } from './index.ts'

/** The calculators of `index.ts` one at a time: a command line needs one of them, and has to answer at once. */
export const LOADERS = {
  partitions: async () => (await import('./partitions.ts')).partitions,
  consumers: async () => (await import('./consumers.ts')).consumers,
  lag: async () => (await import('./lag.ts')).lag,
  brokers: async () => (await import('./brokers.ts')).brokers,
  storage: async () => (await import('./storage.ts')).storage,
  network: async () => (await import('./network.ts')).network,
  cku: async () => (await import('./cku.ts')).cku,
  cfu: async () => (await import('./cfu.ts')).cfu,
  flink: async () => (await import('./flink.ts')).flink,
  connector: async () => (await import('./connector.ts')).connector,
  memory: async () => (await import('./memory.ts')).memory,
} as const satisfies Record<CalculatorName, () => Promise<Calculator>>
