/** Flags that change a setup, whatever its configuration says; the command offers this table. */
import { PAGINATIONS } from '../pager.ts'

export interface HttpFlag {
  readonly flag: string
  readonly about: string
  /** The guide's property that says the same. */
  readonly key?: string
  readonly choices?: readonly string[]
}

/** Every value is text as it was typed; switches are true where they stand, and false with `--no-`. */
export interface HttpFlags {
  url?: string
  tasks?: string
  pollInterval?: string
  method?: string
  header?: string[]
  pagination?: string
  pageSize?: string
  maxPages?: string
  cursorPath?: string
  pageParam?: string
  sizeParam?: string
  recordsPath?: string
  threads?: string
  queuePages?: string
  connections?: string
  connectionsPerRoute?: string
  keepAlive?: boolean
  http2?: boolean
  maxStreams?: string
  compression?: string
  connectTimeout?: string
  socketTimeout?: string
  requestTimeout?: string
  maxResponse?: string
  dnsTtl?: string
  ca?: string
  rateLimit?: string
  burst?: string
  retries?: string
  retryBackoff?: string
  /** `false` with `--no-cache`. */
  cache?: string | false
  cacheEntries?: string
  transform?: boolean
  validation?: boolean
  enrichment?: boolean
  batchRecords?: string
  maxRecord?: string
  deadLetterTopic?: string
  keyPath?: string
  converter?: string
  parse?: boolean
}

export const CONVERTERS = ['string', 'json', 'json-with-schema'] as const

export const HTTP_FLAGS: Readonly<Record<string, readonly HttpFlag[]>> = {
  'What is polled': [
    {
      flag: '--url <url>',
      about: `the API; a bare origin takes the place of the configuration’s own; secrets as \${env:NAME} (a stub is started)`,
      key: 'http.source.url',
    },
    { flag: '--tasks <n>', about: 'tasks that poll (1)', key: 'tasks.max' },
    {
      flag: '--poll-interval <time>',
      about: 'from one poll to the next, of each task; 0: as fast as answers come (1s)',
      key: 'http.source.poll.interval.ms',
    },
    {
      flag: '--method <method>',
      about: 'GET or POST (GET)',
      key: 'http.source.method',
      choices: ['GET', 'POST'],
    },
    {
      flag: '--header <name:value...>',
      about: `of each request; secrets as \${env:NAME}`,
      key: 'http.source.headers',
    },
  ],
  Pages: [
    {
      flag: '--pagination <kind>',
      about: `${PAGINATIONS.join(', ')} (none)`,
      key: 'pagination.type',
      choices: PAGINATIONS,
    },
    { flag: '--page-size <n>', about: 'records of a page', key: 'pagination.limit.value' },
    { flag: '--max-pages <n>', about: 'pages of a poll (1000)', key: 'pagination.max.pages' },
    {
      flag: '--cursor-path <path>',
      about: 'where a page has the next cursor (next_cursor)',
      key: 'pagination.cursor.field',
    },
    { flag: '--page-param <name>', about: 'query parameter of the cursor, offset or page’s number' },
    {
      flag: '--size-param <name>',
      about: 'query parameter of the page’s size (limit)',
      key: 'pagination.limit.param',
    },
    { flag: '--records-path <path>', about: 'where a page has its records (data, items, results, …)' },
    {
      flag: '--threads <n>',
      about: 'pages of a poll at a time; by offset or page (1)',
      key: 'pagination.concurrent.max.threads',
    },
    {
      flag: '--queue-pages <n>',
      about: 'pages that wait for the sink, at most (50)',
      key: 'pagination.concurrent.queue.size',
    },
  ],
  Connections: [
    { flag: '--connections <n>', about: 'to all endpoints (20)', key: 'http.client.max.connections' },
    {
      flag: '--connections-per-route <n>',
      about: 'to one of them (20)',
      key: 'http.client.max.connections.per.route',
    },
    {
      flag: '--no-keep-alive',
      about: 'a new connection for each request',
      key: 'http.client.connection.keep.alive.enabled',
    },
    { flag: '--http2', about: 'offered by ALPN', key: 'http.client.http2.enabled' },
    {
      flag: '--max-streams <n>',
      about: 'streams of an HTTP/2 connection (100)',
      key: 'http.client.http2.max.concurrent.streams',
    },
    {
      flag: '--compression <list>',
      about: 'gzip,deflate,br: asked for, and decoded',
      key: 'http.client.compression.types',
    },
    {
      flag: '--connect-timeout <time>',
      about: 'for connecting, to the API (10s) and to the cluster (5s)',
      key: 'http.client.connection.timeout.ms',
    },
    {
      flag: '--socket-timeout <time>',
      about: 'between two arrivals of data (30s)',
      key: 'http.client.socket.timeout.ms',
    },
    {
      flag: '--request-timeout <time>',
      about: 'for a whole answer (60s)',
      key: 'http.client.request.timeout.ms',
    },
    {
      flag: '--max-response <bytes>',
      about: 'of a body (10MiB)',
      key: 'http.client.max.response.size.bytes',
    },
    {
      flag: '--dns-ttl <time>',
      about: 'how long an address is believed (5m)',
      key: 'http.client.dns.cache.ttl.seconds',
    },
    { flag: '--ca <file>', about: 'PEM of authorities to trust beside the system’s' },
  ],
  'Limits and retries': [
    {
      flag: '--rate-limit <rate>',
      about: 'requests, of all tasks together: 20/s',
      key: 'rate.limit.requests.per.second',
    },
    {
      flag: '--burst <n>',
      about: 'requests at once after a pause (a second’s)',
      key: 'rate.limit.burst.capacity',
    },
    { flag: '--retries <n>', about: 'attempts after the first (5)' },
    { flag: '--retry-backoff <time>', about: 'until the first of them (1s)' },
  ],
  'Cache and records': [
    { flag: '--cache <ttl>', about: 'answers are kept so long', key: 'cache.response.ttl.seconds' },
    { flag: '--no-cache', about: 'every page is asked for', key: 'cache.enabled' },
    { flag: '--cache-entries <n>', about: 'answers that are kept (1000)', key: 'cache.response.max.size' },
    { flag: '--no-transform', about: 'records as they come', key: 'transformation.enabled' },
    {
      flag: '--validation',
      about: 'a mapped field must be there and of its type',
      key: 'transformation.validation.enabled',
    },
    {
      flag: '--enrichment',
      about: 'adds where and when a record was read',
      key: 'transformation.enrichment.enabled',
    },
    {
      flag: '--batch-records <n>',
      about: 'records handed to the sink in one go (500)',
      key: 'transformation.batch.size',
    },
    {
      flag: '--max-record <bytes>',
      about: 'a larger record is an error (1MiB)',
      key: 'transformation.max.record.size.bytes',
    },
    { flag: '--dead-letter-topic <topic>', about: 'where records in error go (they are counted)' },
    { flag: '--key-path <path>', about: 'where a record has its key (no keys)' },
    {
      flag: '--converter <name>',
      about: `of values: ${CONVERTERS.join(', ')} (json)`,
      key: 'value.converter',
      choices: CONVERTERS,
    },
    { flag: '--no-parse', about: 'bodies are counted and let go, one record each' },
  ],
}
