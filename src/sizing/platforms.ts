/** Where a topic may live, with the limits that count partitions: data, each with its source. */
import { CONFLUENT_CLUSTERS, CONFLUENT_SOURCE } from './confluent-cloud.ts'

export interface Platform {
  readonly source: string
  /** Replicas, leaders and followers, a broker should hold. Absent where brokers are not the user's to count. */
  readonly replicasPerBroker?: number
  readonly replicasPerCluster?: number
  /** Counted before replication. */
  readonly partitionsPerCluster?: number
  /** Of a broker, where the instance says it. */
  readonly cores?: number
  readonly memoryGiB?: number
  /** To plan with until a partition was measured. */
  readonly perPartition: {
    readonly inMiBPerSec: number
    readonly outMiBPerSec: number
    readonly source: string
  }
  /** Controllers on ZooKeeper move leaders one after the other. */
  readonly zookeeper?: true
  /** The Confluent CLI makes its topics. */
  readonly confluent?: true
}

const KIP_578 =
  'KIP-578: at most 4,000 replicas a broker and 200,000 a cluster (https://cwiki.apache.org/confluence/spaces/KAFKA/pages/148641509)'
const MSK =
  'Amazon MSK best practices, partitions per broker (https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices.html)'

/** A cautious rate of one partition: acks=all on ordinary disks gave 10 to 20 MB/s; readers get about three times that. */
const SELF_MANAGED_PARTITION = {
  inMiBPerSec: 10,
  outMiBPerSec: 30,
  source:
    '10 MiB/s in: the low end of what Tencent CKafka states for acks=all (document 597/39601); out 3 × in, as Confluent Cloud plans',
} as const

/** @param cores vCPU and GiB of the EC2 instance type (https://aws.amazon.com/ec2/instance-types/) */
function msk(replicasPerBroker: number, cores: number, memoryGiB: number): Platform {
  return { source: MSK, replicasPerBroker, cores, memoryGiB, perPartition: SELF_MANAGED_PARTITION }
}

function confluent(type: keyof typeof CONFLUENT_CLUSTERS): Platform {
  const { perPartition, perCluster } = CONFLUENT_CLUSTERS[type]
  return {
    source: CONFLUENT_SOURCE,
    partitionsPerCluster: perCluster.partitions,
    perPartition: { ...perPartition, source: `partition guidelines, ${CONFLUENT_SOURCE}` },
    confluent: true,
  }
}

export const PLATFORMS = {
  kraft: {
    source: `${KIP_578}; KRaft lifts the cluster's limit about tenfold, not the broker's`,
    replicasPerBroker: 4000,
    replicasPerCluster: 2_000_000,
    perPartition: SELF_MANAGED_PARTITION,
  },
  zookeeper: {
    source: KIP_578,
    replicasPerBroker: 4000,
    replicasPerCluster: 200_000,
    perPartition: SELF_MANAGED_PARTITION,
    zookeeper: true,
  },
  'confluent-basic': confluent('basic'),
  'confluent-standard': confluent('standard'),
  'confluent-enterprise': confluent('enterprise'),
  'confluent-dedicated': confluent('dedicated'),
  'confluent-freight': confluent('freight'),
  'msk-t3.small': msk(300, 2, 2),
  'msk-m5.large': msk(1000, 2, 8),
  'msk-m5.xlarge': msk(1000, 4, 16),
  'msk-m5.2xlarge': msk(2000, 8, 32),
  'msk-m5.4xlarge': msk(4000, 16, 64),
  'msk-m5.8xlarge': msk(4000, 32, 128),
  'msk-m5.12xlarge': msk(4000, 48, 192),
  'msk-m5.16xlarge': msk(4000, 64, 256),
  'msk-m5.24xlarge': msk(4000, 96, 384),
  'msk-m7g.large': msk(1000, 2, 8),
  'msk-m7g.xlarge': msk(1000, 4, 16),
  'msk-m7g.2xlarge': msk(2000, 8, 32),
  'msk-m7g.4xlarge': msk(4000, 16, 64),
  'msk-m7g.8xlarge': msk(4000, 32, 128),
  'msk-m7g.12xlarge': msk(4000, 48, 192),
  'msk-m7g.16xlarge': msk(4000, 64, 256),
} as const satisfies Record<string, Platform>

export type PlatformName = keyof typeof PLATFORMS

/** In the order of the table. */
export const PLATFORM_NAMES = Object.keys(PLATFORMS) as readonly PlatformName[]

/** Those whose brokers are the user's to count. */
export const BROKER_PLATFORM_NAMES = PLATFORM_NAMES.filter((name) => !isConfluent(name))

export function isConfluent(name: PlatformName): boolean {
  const platform: Platform = PLATFORMS[name]
  return platform.confluent === true
}
