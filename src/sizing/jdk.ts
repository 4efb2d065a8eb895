/** What the JVM of each JDK understands: data, each with its source. */

export interface Jdk {
  /** Absent where there is no ZGC. */
  readonly zgc?: readonly string[]
  /** What becomes of -XX:+UseCGroupMemoryLimitForHeap. */
  readonly cgroupFlag: string
  /** What Kafka no longer runs on it. */
  readonly kafka?: string
}

const REMOVED = '-XX:+UseCGroupMemoryLimitForHeap is gone since JDK 11: the JVM does not start with it'

export const JDKS = {
  '8': {
    cgroupFlag:
      '-XX:+UseCGroupMemoryLimitForHeap is experimental from 8u131 on and needless from 8u191 on, where the JVM sees the limit by itself',
    kafka: 'Kafka 4.0 and later need Java 17 for brokers and Connect, Java 11 for clients',
  },
  '11': {
    zgc: ['-XX:+UnlockExperimentalVMOptions', '-XX:+UseZGC'],
    cgroupFlag: REMOVED,
    kafka: 'Kafka 4.0 and later need Java 17 for brokers and Connect',
  },
  '17': { zgc: ['-XX:+UseZGC'], cgroupFlag: REMOVED },
  '21': { zgc: ['-XX:+UseZGC', '-XX:+ZGenerational'], cgroupFlag: REMOVED },
  '25': { zgc: ['-XX:+UseZGC'], cgroupFlag: REMOVED },
} as const satisfies Record<string, Jdk>

export type JdkName = keyof typeof JDKS

/** In the order of their age. */
export const JDK_NAMES: readonly JdkName[] = ['8', '11', '17', '21', '25']

/** Of bin/kafka-run-class.sh; KAFKA_JVM_PERFORMANCE_OPTS takes their place. */
export const KAFKA_G1 = [
  '-XX:+UseG1GC',
  '-XX:MaxGCPauseMillis=20',
  '-XX:InitiatingHeapOccupancyPercent=35',
  '-XX:+ExplicitGCInvokesConcurrent',
  '-XX:MaxInlineLevel=15',
] as const
