import { arch, cpus, release, totalmem, type } from 'node:os'
import type { Result } from '../core/result.ts'
import { version } from '../version.ts'
import type { BrokerPlan } from './plan.ts'

/** The machine, the versions and the cluster: what another run must share to be compared with this one. */
export function environment(
  driverVersion: string,
  broker: BrokerPlan,
  brokers: number,
  bootstrapServers: string,
): Result['environment'] {
  const cores = cpus()
  return {
    tune: version(),
    node: process.version,
    driver: driverVersion,
    os: `${type()} ${release()}`,
    arch: arch(),
    cpuModel: cores[0]?.model ?? 'unknown',
    cores: cores.length,
    memoryBytes: totalmem(),
    broker: {
      throwAway: broker.throwAway,
      engine: broker.engine,
      onThisMachine: broker.onThisMachine,
      brokers,
      bootstrapServers,
      ...(broker.version === undefined ? {} : { version: broker.version }),
    },
  }
}
