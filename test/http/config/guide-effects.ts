/** For each property of the guide that has an effect: the test that shows it, beyond what the reader makes of the words. */

/** Test file, without its folder test/ and its ending; name of the test. */
export type Shown = readonly [file: string, name: string]

const client = (name: string): Shown => ['http/client', name]
const poller = (name: string): Shown => ['http/poller', name]
const parts = (name: string): Shown => ['http/poller-parts', name]
const cached = (name: string): Shown => ['http/cache/response-cache', name]
const converted = (name: string): Shown => ['http/transform/conversion', name]

const overTime = (name: string): Shown => ['http/config/guide-over-time', name]
const onTheWire = (name: string): Shown => ['http/config/guide-on-the-wire', name]
const judged = (name: string): Shown => ['http/config/guide-judged', name]
const idle = (name: string): Shown => ['e2e/http-client', name]

const THREADS = poller('are read where their places are known, each once')
const RATE: Shown = ['http/token-bucket', 'never gives more than burst + rate × time']
const BURST: Shown = ['http/token-bucket', 'gives its burst at once, and then one token at a time']
const TIERS = cached('are never passed, no lookup is lost, and nothing is served past the TTL of its tier')
const SCALES = parts('adds tasks while they bring more than the threshold, and takes them away when less')
const SCALE_BOUNDS: Shown = ['http/scaling', 'stays within its bounds, whatever comes, and moves by one']
const EVICTS = cached('evict in batches from the threshold on')
const SCHEMAS: Shown = ['http/cache/warming', 'are made once in their time, and as many as there is room for']

const TIER_POLICY = overTime('evicts from %s what the policy of that tier says')
const PRODUCER = judged('sends by %s, unless a flag says otherwise')
const HEALTH = judged('hold to %s')

export const SHOWN: Readonly<Record<string, Shown>> = {
  name: judged('is called in the result what its name says'),
  'http.source.headers': onTheWire('carry http.source.headers'),
  'http.source.url.pattern': overTime(
    'go to the addresses that http.source.url.pattern stands for, and to no others',
  ),
  'http.load.balancing.strategy': overTime('take turns by http.load.balancing.strategy'),
  'pagination.limit.value': overTime('ask for pages of the size that pagination.limit.value says'),
  'pagination.concurrent.queue.size': ['http/walk', 'holds %i pages, and threads that find it full wait'],
  'http.client.connection.pool.enabled': onTheWire(
    'are kept for the next request where http.client.connection.pool.enabled says so',
  ),
  'http.client.connection.keep.alive.duration.ms': idle(
    'is closed after http.client.connection.keep.alive.duration.ms',
  ),
  'http.client.connection.cleanup.enabled': idle(
    'is closed after its idle time only where http.client.connection.cleanup.enabled says so',
  ),
  'http.client.buffer.size.bytes': onTheWire(
    'take in as much before they are read as http.client.buffer.size.bytes says',
  ),
  'rate.limit.algorithm': overTime('come in a burst or evenly by rate.limit.algorithm'),
  'cache.l1.policy': TIER_POLICY,
  'cache.l2.policy': TIER_POLICY,
  'cache.l3.policy': TIER_POLICY,
  'cache.eviction.policy': overTime('evicts by cache.eviction.policy where a tier has none of its own'),
  'cache.warming.enabled': overTime('is warmed only where cache.warming.enabled says so'),
  'cache.statistics.enabled': overTime('counts hits over a window where cache.statistics.enabled says so'),
  'cache.hit.ratio.threshold': judged('aim at cache.hit.ratio.threshold'),
  'cache.auto.tuning.interval.minutes': overTime('is tuned each cache.auto.tuning.interval.minutes'),
  'transformation.enabled': overTime('are mapped where transformation.enabled says so'),
  'transformation.batch.size': overTime('are handed on so many at a time as transformation.batch.size says'),
  'key.converter': overTime('have keys by key.converter'),
  'value.converter': overTime('are written by value.converter'),
  'producer.batch.size': PRODUCER,
  'producer.linger.ms': PRODUCER,
  'producer.buffer.memory': PRODUCER,
  'health.check.enabled': judged('hold to the guide’s own numbers where health.check.enabled is off'),
  'health.check.response.time.threshold.ms': HEALTH,
  'health.check.cache.hit.ratio.threshold': HEALTH,
  'health.check.error.rate.threshold': HEALTH,
  'auto.scaling.evaluation.interval.minutes': overTime(
    'are looked at each auto.scaling.evaluation.interval.minutes',
  ),
  'tasks.max': poller('that all poll one URL read each record that many times, and this is counted'),
  'http.source.poll.interval.ms': ['commands/http-request', 'come from each lane at its interval'],
  'http.client.max.connections': client('are never more than the pool has, and who finds none waits'),
  'http.client.max.connections.per.route': client('are bound by route below the bound of all'),
  'http.client.connection.keep.alive.enabled': client('are made anew for each request without keep-alive'),
  'http.client.connection.keep.alive.max.requests': client('are closed after their most requests'),
  'http.client.connection.timeout.ms': ['e2e/http-client', 'end a connection that is not made'],
  'http.client.socket.timeout.ms': [
    'e2e/http-client',
    'let a body take its time as long as it goes on, and end one that goes on for ever',
  ],
  'http.client.request.timeout.ms': [
    'e2e/http-client',
    'end a request that is never answered, well below undici’s own half second',
  ],
  'http.client.connection.max.idle.time.ms': ['e2e/http-client', 'is closed after its time'],
  'http.client.http2.enabled': client('speak HTTP/2 with many streams at a time, up to the limit'),
  'http.client.http2.max.concurrent.streams': client(
    'speak HTTP/2 with many streams at a time, up to the limit',
  ),
  'http.client.compression.enabled': client(
    'is asked for compressed as the settings say, unless the request says otherwise',
  ),
  'http.client.compression.types': client(
    'is asked for compressed as the settings say, unless the request says otherwise',
  ),
  'http.client.max.response.size.bytes': client('is bound as it comes, and decompressed'),
  'http.client.dns.cache.ttl.seconds': client('have their host looked up %s'),
  'pagination.type': poller('reads every page of a list, each record once'),
  'pagination.cursor.field': ['http/pager', 'find the token by a JSON pointer or dots, as text or number'],
  'pagination.max.pages': poller('ends with the most pages, and where the API leads in a circle'),
  'pagination.concurrent.enabled': THREADS,
  'pagination.concurrent.max.threads': THREADS,
  'transformation.field.mappings': converted('has its mapped fields and no others'),
  'transformation.validation.enabled': converted(
    'has null for what is missing or wrong, and is an error where it is validated',
  ),
  'transformation.enrichment.enabled': converted('is told where and when it was read'),
  'transformation.max.record.size.bytes': [
    'e2e/http',
    'in error are counted, and found in the dead-letter topic',
  ],
  'value.converter.schemas.enable': converted(
    'has the schema that its mappings promise, as Connect names it',
  ),
  'cache.enabled': parts('answers within its TTL, at once, and its records are known to be old'),
  'cache.response.ttl.seconds': parts('answers within its TTL, at once, and its records are known to be old'),
  'cache.response.max.size': TIERS,
  'cache.l1.max.size': TIERS,
  'cache.l1.ttl.seconds': TIERS,
  'cache.l2.max.size': TIERS,
  'cache.l2.ttl.seconds': TIERS,
  'cache.l3.max.size': TIERS,
  'cache.l3.ttl.seconds': TIERS,
  'cache.max.memory.bytes': cached('hold the bytes of all tiers together, and the coldest goes first'),
  'cache.eviction.enabled': EVICTS,
  'cache.eviction.threshold': EVICTS,
  'cache.eviction.batch.size': EVICTS,
  'cache.cleanup.interval.seconds': parts('is cleaned up while nobody asks'),
  'cache.schema.enabled': converted('are found once and kept, where there is a cache for them'),
  'cache.schema.max.size': SCHEMAS,
  'cache.schema.ttl.seconds': SCHEMAS,
  'cache.warming.schedule': parts('fetches by its schedule what its patterns name, so that polls find it'),
  'cache.warming.patterns': parts('fetches by its schedule what its patterns name, so that polls find it'),
  'cache.warming.strategies': parts('renews by PREDICTIVE what would be too old when it is asked for'),
  'cache.statistics.window.minutes': cached('has its ratio over a window that moves on'),
  'cache.auto.tuning.enabled': cached(
    'grow where pages had to go and were missed, and shrink where they lie empty',
  ),
  'http.source.endpoints': [
    'http/balancing',
    'take turns, for the requests of the targets and their own, and no others',
  ],
  'http.load.balancing.health.check.enabled': parts(
    'share out requests, and one that fails is left out until its check passes',
  ),
  'auto.scaling.enabled': SCALES,
  'auto.scaling.scale.up.threshold.throughput': SCALES,
  'auto.scaling.scale.down.threshold.throughput': SCALES,
  'auto.scaling.min.tasks': SCALE_BOUNDS,
  'auto.scaling.max.tasks': SCALE_BOUNDS,
  'rate.limit.enabled': poller('stay together within the rate of their credential'),
  'rate.limit.requests.per.second': RATE,
  'rate.limit.burst.capacity': BURST,
}
