import { arch, cpus, release, totalmem, type } from 'node:os'
import type { ClientResult, ConnectorResult } from '../core/result.ts'
import { version } from '../version.ts'
import type { BrokerPlan } from './plan.ts'

/** The machine that `tune` runs on. */
export function machine(): ConnectorResult['environment'] {
  const cores = cpus()
  return {
    tune: version(),
    node: process.version,
    os: `${type()} ${release()}`,
    arch: arch(),
    cpuModel: cores[0]?.model ?? 'unknown',
    cores: cores.length,
    memoryBytes: totalmem(),
  }
}

/** The machine, the versions and the cluster: what another run must share to be compared with this one. */
export function environment(
  driverVersion: string,
  broker: BrokerPlan,
  brokers: number,
  bootstrapServers: string,
): ClientResult['environment'] {
  return {
    ...machine(),
    driver: driverVersion,
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
