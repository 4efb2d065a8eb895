/** Confluent's HTTP source connectors: docs.confluent.io/kafka-connectors/http-source, and dumps of their properties. */
import { outside, type PropertyTable } from './table.ts'

const NO_TOKEN_FETCH = 'no token is fetched; give one with --header, from an environment variable'
const DIRECT = 'requests go to the API directly'
const OWN_TLS = 'authorities to trust are named with --ca'
const NO_REGISTRY = 'records are JSON; no schema registry is asked'

/** Logging in, TLS, proxies: the same in V1 and V2. */
export const LOGIN_ROWS: PropertyTable = {
  'auth.type': {
    type: 'text',
    choices: ['none', 'basic', 'bearer', 'oauth2', 'api_key'],
    about: 'how to log in',
    sets: ['plan.headers', 'secrets.headers'],
    default: 'none',
  },
  'connection.user': { type: 'text', about: 'who', sets: ['plan.headers'], under: 'auth.type' },
  'connection.password': { type: 'secret', about: 'password', sets: ['plan.headers'], under: 'auth.type' },
  'bearer.token': { type: 'secret', about: 'token', sets: ['plan.headers'], under: 'auth.type' },
  'api.key.location': {
    type: 'text',
    choices: ['HEADER', 'QUERY'],
    about: 'where the key goes',
    sets: ['plan.headers', 'plan.targets'],
    default: 'HEADER',
    under: 'auth.type',
  },
  'api.key.name': {
    type: 'text',
    about: 'name of its header or parameter',
    sets: ['plan.headers'],
    default: 'X-API-KEY',
    under: 'auth.type',
  },
  'api.key.value': { type: 'secret', about: 'key', sets: ['plan.headers'], under: 'auth.type' },
  ...Object.fromEntries(
    [
      'token.url',
      'client.id',
      'token.property',
      'client.mode',
      'client.auth.mode',
      'client.scope',
      'client.headers',
    ].map((name) => [`oauth2.${name}`, outside('OAuth 2', NO_TOKEN_FETCH)]),
  ),
  'oauth2.client.secret': outside('OAuth 2', NO_TOKEN_FETCH, 'secret'),
  ...Object.fromEntries(
    ['host', 'port', 'user'].map((name) => [`http.proxy.${name}`, outside('a proxy', DIRECT)]),
  ),
  'http.proxy.password': outside('a proxy', DIRECT, 'secret'),
  'https.ssl.enabled': outside('TLS, which the URL tells', OWN_TLS),
  'https.ssl.protocol': outside('TLS version', OWN_TLS),
  'https.ssl.key.password': outside('TLS', OWN_TLS, 'secret'),
  'https.ssl.keystore.location': outside('TLS', OWN_TLS),
  'https.ssl.keystore.password': outside('TLS', OWN_TLS, 'secret'),
  'https.ssl.keystorefile': outside('TLS', OWN_TLS),
  'https.ssl.truststore.location': outside('TLS', OWN_TLS),
  'https.ssl.truststore.password': outside('TLS', OWN_TLS, 'secret'),
  'https.ssl.truststorefile': outside('TLS', OWN_TLS),
  'output.data.format': outside('AVRO, JSON_SR, PROTOBUF or JSON', NO_REGISTRY),
  'schema.context.name': outside('schema registry', NO_REGISTRY),
  ...Object.fromEntries(
    [
      'connection.disallow.local.ips',
      'connection.disallow.private.ips',
      'connection.disallow.class.e.ips',
      'connection.allow.cidr.ranges',
      'connection.disallow.cidr.ranges',
    ].map((name) => [name, outside('which addresses may be asked', 'whoever runs a bench names the API')]),
  ),
}

/** Of a request; in V2 each API has its own under `apiN.`. */
export const REQUEST_ROWS: PropertyTable = {
  'http.request.method': {
    type: 'text',
    choices: ['GET', 'POST'],
    about: 'method',
    sets: ['plan.method'],
    default: 'GET',
  },
  'http.request.headers': { type: 'text', about: 'headers, Name:Value by |', sets: ['plan.headers'] },
  'http.request.sensitive.headers': {
    type: 'secret',
    about: 'headers that are secret',
    sets: ['plan.headers', 'secrets.headers'],
  },
  'http.request.parameters': { type: 'text', about: `query, with \${offset}`, sets: ['plan.targets'] },
  'http.request.body': { type: 'text', about: 'body of a POST', sets: ['plan.body'] },
  'http.offset.mode': {
    type: 'text',
    choices: [
      'SIMPLE_INCREMENTING',
      'CHAINING',
      'CURSOR_PAGINATION',
      'SNAPSHOT_PAGINATION',
      'ODATA_PAGINATION',
    ],
    about: 'how one request leads to the next',
    sets: ['plan.paging.kind'],
    default: 'SIMPLE_INCREMENTING',
  },
  'http.initial.offset': { type: 'text', about: 'the first offset', sets: ['plan.paging.start'] },
  'http.response.data.json.pointer': {
    type: 'text',
    about: 'where a page has its records',
    sets: ['plan.recordsPath'],
  },
  'http.offset.json.pointer': {
    type: 'text',
    about: 'where a record has its offset',
    sets: ['plan.paging.cursorPath'],
  },
  'http.next.page.json.pointer': {
    type: 'text',
    about: 'where a page has the next cursor',
    sets: ['plan.paging.cursorPath'],
  },
  'request.interval.ms': { type: 'ms', about: 'from one request to the next', sets: ['pollIntervalMs'] },
  'max.retries': { type: 'count', about: 'attempts after the first', sets: ['plan.retry.max'] },
  'retry.backoff.ms': { type: 'ms', about: 'until the next attempt', sets: ['plan.retry.backoffMs'] },
  'retry.on.status.codes': {
    type: 'text',
    about: 'statuses that are tried again',
    sets: ['plan.retry.statuses'],
    default: '400-',
  },
}

export const V1_ROWS: PropertyTable = {
  ...LOGIN_ROWS,
  ...REQUEST_ROWS,
  url: { type: 'text', about: `what is polled, with \${entityName} and \${offset}`, sets: ['plan.targets'] },
  'entity.names': { type: 'list', about: 'one target for each', sets: ['plan.targets'] },
  'topic.name.pattern': { type: 'text', about: 'where records go', sets: ['topic'] },
  'http.request.headers.separator': {
    type: 'text',
    about: 'between headers',
    sets: ['plan.headers'],
    default: '|',
  },
  'http.request.parameters.separator': {
    type: 'text',
    about: 'between parameters',
    sets: ['plan.targets'],
    default: '&',
  },
  'http.request.sensitive.headers.list': outside(
    'names of headers that must be secret',
    'what is secret is told by the name and by where it stands',
  ),
  'sensitive.headers.list': outside('as above', 'what is secret is told by the name and by where it stands'),
  'sensitive.headers.validation.enabled': outside('as above', 'nothing secret is shown anyway'),
  'use.http.offset.json.pointer.as.string': outside(
    'offset kept as text',
    'an offset is a text in a query, whatever its type',
  ),
  'max.in.flight.requests': outside(
    'requests at a time',
    'pages of a connector that keeps an offset follow each other',
  ),
}

/** Of each API: `apiN.` in front. */
export const V2_API_ROWS: PropertyTable = {
  ...REQUEST_ROWS,
  topics: { type: 'text', about: 'where records go', sets: ['topic'] },
  'http.api.path': { type: 'text', about: 'path of the API', sets: ['plan.targets'] },
  'http.path.parameters': { type: 'text', about: 'parts of the path, k:v by |', sets: ['plan.targets'] },
  'http.connect.timeout.ms': {
    type: 'ms',
    min: 1,
    about: 'for connecting',
    sets: ['connection.connectTimeoutMs'],
    default: '30000',
  },
  'http.request.timeout.ms': {
    type: 'ms',
    min: 1,
    about: 'for an answer',
    sets: ['connection.requestTimeoutMs', 'connection.socketTimeoutMs'],
    default: '30000',
  },
  'retry.backoff.policy': {
    type: 'text',
    choices: ['CONSTANT_VALUE', 'EXPONENTIAL_WITH_JITTER'],
    about: 'how waits grow',
    sets: ['plan.retry.policy'],
    default: 'EXPONENTIAL_WITH_JITTER',
  },
  'http.response.compression.enabled': {
    type: 'boolean',
    about: 'compressed answers are asked for',
    sets: ['connection.compression'],
    default: 'true',
  },
  'http.cursor.pagination.parameter.name': {
    type: 'text',
    about: 'query parameter of the cursor',
    sets: ['plan.paging.param'],
  },
  'http.chaining.pagination.parameter.name': {
    type: 'text',
    about: 'query parameter of the offset',
    sets: ['plan.paging.param'],
  },
  'is.next.page.token.absolute.url': outside(
    'whether the cursor is a URL',
    'a cursor that is a URL is seen to be one',
  ),
  'odata.nextlink.field': {
    type: 'text',
    about: 'where a page has the next link',
    sets: ['plan.paging.cursorPath'],
    default: '@odata.nextLink',
  },
  'odata.skiptoken.param': {
    type: 'text',
    about: 'query parameter of a token that is no URL',
    sets: ['plan.paging.param'],
    default: '$skiptoken',
  },
  ...Object.fromEntries(
    [
      'odata.deltalink.field',
      'odata.token.mode',
      'odata.deltatoken.param',
      'odata.nextlink.poll.interval.ms',
      'odata.deltalink.poll.interval.ms',
    ].map((name) => [name, outside('OData', 'pages are followed by their next link alone')]),
  ),
  ...Object.fromEntries(
    [
      'enable.cursor.pagination.with.timestamp.mode',
      'enable.chaining.with.timestamp.mode',
      'chaining.with.timestamp.mode',
      'record.ordering',
      'http.timestamp.json.pointer',
      'initial.start.timestamp.value',
      'initial.end.timestamp.value',
      'timestamp.format',
      'timestamp.interval.format',
      'http.timestamp.interval',
      'time.range.request.delay',
      'http.offset.json.primary.key.pointer',
      'http.response.schema.enforce',
      'http.chaining.json.pointer',
      'test.api',
    ].map((name) => [name, outside('a window of time, or a schema', 'requests are made without it')]),
  ),
}

/** No connector of this kind may have more. */
export const MOST_APIS = 15

const V2_GLOBAL_ROWS: PropertyTable = {
  'http.api.base.url': { type: 'text', about: 'what paths are added to', sets: ['plan.targets'] },
  'apis.num': {
    type: 'count',
    min: 1,
    max: MOST_APIS,
    about: 'how many APIs',
    sets: ['plan.targets'],
    default: '1',
  },
  'behavior.on.error': {
    type: 'text',
    choices: ['FAIL', 'IGNORE'],
    about: 'whether a record in error ends the poll',
    sets: ['transform.onError'],
    default: 'FAIL',
  },
  'reporter.error.topic.name': {
    type: 'text',
    about: 'where records in error go',
    sets: ['transform.deadLetterTopic'],
  },
  'report.errors.as': outside('how errors are written', 'a record in error goes there as it is'),
  'use.open.api.spec': outside('how the form is filled in', 'there is no form'),
  'api.chaining.parent.child.relationship': {
    type: 'text',
    about: 'APIs that wait for another; they are left out',
    sets: ['plan.targets'],
  },
  ...Object.fromEntries(
    [
      'circuit.breaker.failure.threshold',
      'circuit.breaker.timeout.ms',
      'circuit.breaker.recovery.time.ms',
      'response.caching.enabled',
      'response.cache.ttl.ms',
      'max.cache.size',
      'adaptive.polling.enabled',
    ].map((name) => [name, outside('declared', 'the connector reads it and does nothing with it')]),
  ),
}

export const V2_ROWS: PropertyTable = {
  ...LOGIN_ROWS,
  ...V2_GLOBAL_ROWS,
  ...Object.fromEntries(
    Array.from({ length: MOST_APIS }, (_, index) =>
      Object.entries(V2_API_ROWS).map(([key, row]) => [`api${index + 1}.${key}`, row] as const),
    ).flat(),
  ),
}
