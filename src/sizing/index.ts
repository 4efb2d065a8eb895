import { brokers } from './brokers.ts'
import type { Calculator } from './calculator.ts'
import { cfu } from './cfu.ts'
import { cku } from './cku.ts'
import { connector } from './connector.ts'
import { consumers } from './consumers.ts'
import { flink } from './flink.ts'
import { lag } from './lag.ts'
import { memory } from './memory.ts'
import { network } from './network.ts'
import { partitions } from './partitions.ts'
import { storage } from './storage.ts'

/** Every calculator: one file, one line here. */
export const CALCULATORS = {
  partitions,
  consumers,
  lag,
  brokers,
  storage,
  network,
  cku,
  cfu,
  flink,
  connector,
  memory,
} as const satisfies Record<string, Calculator>

export type CalculatorName = keyof typeof CALCULATORS
