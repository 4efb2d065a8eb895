import { refuse } from './inputs.ts'
import type { Quantity } from './quantity.ts'

/**
 * What no cluster can do.
 * @throws TuneError USAGE
 */
export function checkReplicas(given: {
  readonly replication: Quantity
  readonly minInsync?: Quantity
  readonly brokers?: Quantity
}): void {
  const { replication, minInsync, brokers } = given
  if (minInsync !== undefined && minInsync.value > replication.value) {
    throw refuse(
      minInsync,
      `must be at most the replication factor ${replication.value}, not ${minInsync.value}`,
      'with acks=all every write would be refused; 2 of 3 replicas is usual',
    )
  }
  if (brokers !== undefined && replication.value > brokers.value) {
    throw refuse(
      replication,
      `must be at most the number of brokers ${brokers.value}, not ${replication.value}`,
      'a broker holds one replica of a partition',
    )
  }
}
