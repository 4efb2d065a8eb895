/** What producers and consumers of librdkafka share: first contact, and an end that does not hang. */
import type { KafkaConsumer, LibrdKafkaError, Metadata, Producer } from '@confluentinc/kafka-javascript'
import type { Connection } from '../driver.ts'
import { probe } from '../probe.ts'
import type { Complaints } from './complaints.ts'
import { loginRefused, refused } from './errors.ts'
import type { Statistics } from './statistics.ts'

/** How long the end may take: librdkafka waits for its threads, which may wait for a broker that hangs. */
const CLOSE_MS = 3000
const LAST_FLUSH_MS = 100

/** Between two looks for its events while it connects; longer than they take to come. */
const ASK_MS = 50

/** Statistics and log lines of a client that was just made. */
export function listen(
  client: Producer | KafkaConsumer,
  connection: Connection,
  statistics: Statistics,
  complaints: Complaints,
): void {
  const events: NodeJS.EventEmitter = client
  events.on('event.stats', (event: { message: string }) => statistics.take(event.message))
  events.on('event.error', (error: LibrdKafkaError) => {
    complaints.take(error)
    connection.log?.(`error: ${error.message}`)
  })
  events.on('event.log', (event: { fac: string; message: string }) => {
    connection.log?.(`${event.fac}: ${event.message}`)
  })
}

/**
 * Connects and gets the topic's metadata, within the connect time-out.
 * @throws TuneError CONFIG, UNREACHABLE, UNAUTHORIZED
 */
export async function connect(
  client: Producer | KafkaConsumer,
  kind: 'producer' | 'consumer',
  { connection, topic }: { readonly connection: Connection; readonly topic: string },
  complaints: Complaints,
): Promise<Metadata> {
  // Its error events come only when they are asked for, and one of them says why it takes so long
  const asking = setInterval(() => {
    if ('poll' in client && client.isConnected()) client.poll()
  }, ASK_MS)
  // A consumer's errors come through polls, and nobody polls yet; log lines come by themselves
  let isLoginRefused = false
  const events: NodeJS.EventEmitter = client
  events.on('event.log', ({ message }: { message: string }) => {
    if (/SASL authentication error|Authentication failed/i.test(message)) isLoginRefused = true
  })
  const answer = await new Promise<{ metadata: Metadata } | { error: string }>((resolve) => {
    client.connect({ topic, timeout: connection.connectTimeoutMs }, (error, metadata) => {
      resolve(error ? { error: error.message } : { metadata })
    })
  })
  clearInterval(asking)
  if ('metadata' in answer) return answer.metadata
  // Settings that contradict each other are found when the client is made, which is here
  if (!client.isConnected() && !/transport|timed out|resolve/i.test(answer.error)) {
    throw refused(answer.error, kind)
  }
  await disconnect(client)
  if (isLoginRefused) throw loginRefused(connection)
  // A broker that cannot be reached has a better story than librdkafka's
  await probe(connection)
  throw complaints.explain(connection, answer.error)
}

/** Ends the client; never hangs, never throws. */
export function disconnect(client: Producer | KafkaConsumer): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, CLOSE_MS)
    const done = () => {
      clearTimeout(timer)
      resolve()
    }
    try {
      // A consumer takes the callback only, and has nothing to flush
      if ('consume' in client) client.disconnect(done)
      else client.disconnect(LAST_FLUSH_MS, done)
    } catch {
      done()
    }
  })
}
