/** The guide's recommended tuning order, which a plan is printed in. */
export const TUNING_ORDER = {
  kafka: 'Kafka broker and topic configuration',
  clients: 'Producer/consumer settings',
  flink: 'Flink parallelism and state backend',
  connectors: 'Connector batch and poll settings',
  infrastructure: 'Network and infrastructure',
  jvm: 'JVM and GC tuning',
} as const

export type TuningStep = keyof typeof TUNING_ORDER

export const TUNING_STEPS = [
  'kafka',
  'clients',
  'flink',
  'connectors',
  'infrastructure',
  'jvm',
] as const satisfies readonly TuningStep[]
