/**
 * Limits of Confluent Cloud's cluster types: what one unit (eCKU, CKU) gives, and where a cluster ends. A ceiling is not
 * always unit × most units. MBps there are 2^20 bytes (billing-dimensions). Partitions are counted before replication.
 */

/** What a cluster has a limit for. */
export interface Capacity {
  readonly ingressMiBPerSec: number
  readonly egressMiBPerSec: number
  readonly partitions: number
  /** 0: the type has no compaction. */
  readonly compactedPartitions: number
  readonly connections: number
  readonly connectionAttemptsPerSec: number
  readonly requestsPerSec: number
}

export interface ClusterType {
  /** `eCKU` grow by themselves, `CKU` are set by hand. */
  readonly unit: 'eCKU' | 'CKU'
  readonly minUnits: number
  /** For more than one zone, or 99.99 %. */
  readonly minUnitsMultiZone: number
  readonly maxUnits: number
  readonly perUnit: Capacity
  readonly perCluster: Capacity
  /** What Confluent says to plan with for one partition. */
  readonly perPartition: { readonly inMiBPerSec: number; readonly outMiBPerSec: number }
  readonly messageMiB: number
  readonly transactions: boolean
}

export const CONFLUENT_SOURCE =
  'https://docs.confluent.io/cloud/current/clusters/cluster-types.html (read 2026)'

export const CONFLUENT_CLUSTERS = {
  basic: {
    unit: 'eCKU',
    minUnits: 1,
    minUnitsMultiZone: 1,
    maxUnits: 50,
    perUnit: {
      ingressMiBPerSec: 5,
      egressMiBPerSec: 15,
      partitions: 30,
      compactedPartitions: 30,
      connections: 20,
      connectionAttemptsPerSec: 5,
      requestsPerSec: 100,
    },
    perCluster: {
      ingressMiBPerSec: 250,
      egressMiBPerSec: 750,
      partitions: 1500,
      compactedPartitions: 1500,
      connections: 1000,
      connectionAttemptsPerSec: 80,
      requestsPerSec: 15_000,
    },
    perPartition: { inMiBPerSec: 5, outMiBPerSec: 15 },
    messageMiB: 8,
    transactions: true,
  },
  standard: {
    unit: 'eCKU',
    minUnits: 1,
    minUnitsMultiZone: 2,
    maxUnits: 10,
    perUnit: {
      ingressMiBPerSec: 25,
      egressMiBPerSec: 75,
      partitions: 250,
      compactedPartitions: 250,
      connections: 1000,
      connectionAttemptsPerSec: 50,
      requestsPerSec: 1500,
    },
    perCluster: {
      ingressMiBPerSec: 250,
      egressMiBPerSec: 750,
      partitions: 2500,
      compactedPartitions: 2500,
      connections: 10_000,
      connectionAttemptsPerSec: 500,
      requestsPerSec: 15_000,
    },
    perPartition: { inMiBPerSec: 5, outMiBPerSec: 15 },
    messageMiB: 8,
    transactions: true,
  },
  enterprise: {
    unit: 'eCKU',
    minUnits: 1,
    minUnitsMultiZone: 2,
    maxUnits: 32,
    perUnit: {
      ingressMiBPerSec: 60,
      egressMiBPerSec: 180,
      partitions: 3000,
      compactedPartitions: 360,
      connections: 18_000,
      connectionAttemptsPerSec: 500,
      requestsPerSec: 7500,
    },
    perCluster: {
      ingressMiBPerSec: 1920,
      egressMiBPerSec: 5760,
      partitions: 96_000,
      compactedPartitions: 11_520,
      connections: 576_000,
      connectionAttemptsPerSec: 16_000,
      requestsPerSec: 240_000,
    },
    perPartition: { inMiBPerSec: 6, outMiBPerSec: 18 },
    messageMiB: 20,
    transactions: true,
  },
  dedicated: {
    unit: 'CKU',
    minUnits: 1,
    minUnitsMultiZone: 2,
    maxUnits: 152,
    perUnit: {
      ingressMiBPerSec: 60,
      egressMiBPerSec: 180,
      partitions: 4500,
      compactedPartitions: 4500,
      connections: 18_000,
      connectionAttemptsPerSec: 500,
      requestsPerSec: 15_000,
    },
    perCluster: {
      ingressMiBPerSec: 9120,
      egressMiBPerSec: 27_360,
      partitions: 100_000,
      compactedPartitions: 100_000,
      connections: 2_736_000,
      connectionAttemptsPerSec: 76_000,
      requestsPerSec: 2_280_000,
    },
    perPartition: { inMiBPerSec: 12, outMiBPerSec: 36 },
    messageMiB: 20,
    transactions: true,
  },
  freight: {
    unit: 'eCKU',
    minUnits: 2,
    minUnitsMultiZone: 2,
    maxUnits: 152,
    perUnit: {
      ingressMiBPerSec: 60,
      egressMiBPerSec: 180,
      partitions: 3000,
      compactedPartitions: 0,
      connections: 18_000,
      connectionAttemptsPerSec: 500,
      requestsPerSec: 15_000,
    },
    perCluster: {
      ingressMiBPerSec: 9120,
      egressMiBPerSec: 27_360,
      partitions: 50_000,
      compactedPartitions: 0,
      connections: 2_736_000,
      connectionAttemptsPerSec: 76_000,
      requestsPerSec: 2_280_000,
    },
    perPartition: { inMiBPerSec: 6, outMiBPerSec: 18 },
    messageMiB: 20,
    transactions: false,
  },
} as const satisfies Record<string, ClusterType>

export type ClusterTypeName = keyof typeof CONFLUENT_CLUSTERS

export const CLUSTER_TYPES = ['basic', 'standard', 'enterprise', 'dedicated', 'freight'] as const
