/** HTTP source connectors: how each divides work over tasks and waits between calls. Data, each with its source. */

export interface HttpKind {
  readonly connectorClass: string
  /** What its tasks share out; `none` where each task does the same. */
  readonly split: 'entities' | 'apis' | 'sources' | 'none'
  /** Whether the interval begins when a call is answered, or when it is made. */
  readonly waits: 'after the answer' | 'from the call'
  /** Beside interval and response time, of each poll. */
  readonly overheadMs: number
  readonly intervalKey: string
  /** Of the connector, where nothing is set. */
  readonly intervalMs: number
  /** What it does where the API refuses a call for the rate. */
  readonly refused: string
  readonly source: string
}

const V1 =
  'Confluent HTTP source connector: entities are spread over tasks, a page an interval (https://docs.confluent.io/kafka-connectors/http-source/current/configuration.html); between two pages a published log shows the interval and 0.11 to 0.15 s'

const CONFLUENT_V1 = {
  connectorClass: 'io.confluent.connect.http.HttpSourceConnector',
  split: 'entities',
  waits: 'after the answer',
  overheadMs: 100,
  intervalKey: 'request.interval.ms',
  intervalMs: 0,
  refused: 'it tries 10 times, 3 s apart, then the task fails',
  source: V1,
} as const satisfies HttpKind

export const HTTP_KINDS = {
  'confluent-v1': CONFLUENT_V1,
  'confluent-cloud-v1': { ...CONFLUENT_V1, connectorClass: 'HttpSource', intervalMs: 15_000 },
  'confluent-v2': {
    connectorClass: 'io.confluent.connect.http.source.GenericHttpSourceConnector',
    split: 'apis',
    waits: 'after the answer',
    overheadMs: 0,
    intervalKey: 'api1.request.interval.ms',
    intervalMs: 60_000,
    refused: 'it tries 5 times, waiting longer each time from 3 s, then behavior.on.error decides',
    source:
      'Confluent HTTP source connector V2: up to 15 APIs, a call an interval each (https://docs.confluent.io/cloud/current/connectors/cc-http-source-v2.html)',
  },
  castorm: {
    connectorClass: 'com.github.castorm.kafka.connect.http.HttpSourceConnector',
    split: 'none',
    waits: 'from the call',
    overheadMs: 0,
    intervalKey: 'http.timer.interval.millis',
    intervalMs: 60_000,
    refused: 'the task fails: any status but 2xx and 3xx throws',
    source:
      'castorm kafka-connect-http 0.8.11: taskConfigs copies one configuration tasks.max times, a timer of 60 s, a page a poll (https://github.com/castorm/kafka-connect-http)',
  },
  guide: {
    connectorClass: 'io.confluent.connect.http.HttpSourceConnector',
    split: 'sources',
    waits: 'from the call',
    overheadMs: 0,
    intervalKey: 'http.source.poll.interval.ms',
    intervalMs: 60_000,
    refused: 'by its text a token bucket waits; no code reads rate.limit.*',
    source:
      'the HTTP guide: up to pagination.max.pages one after the other at each http.source.poll.interval.ms',
  },
} as const satisfies Record<string, HttpKind>

export type HttpKindName = keyof typeof HTTP_KINDS
