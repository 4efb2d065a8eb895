/** Memory of an application with librdkafka: its queues are the client's own, outside of any heap. */
import { formatBytes } from '../units.ts'
import { APPLICATION, FETCHES, fetchedOf, WAITING } from './client-buffers.ts'
import { f } from './formula.ts'
import { shown } from './quantity.ts'
import { variant } from './variants.ts'
import { LOAD, peakOf, RECORD } from './workload.ts'
import { largest, worksheet } from './worksheet.ts'

const CONFIGURATION =
  'librdkafka, CONFIGURATION.md (https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md)'
const MIB = 1024 ** 2
/** Of `queue.buffering.max.messages`. */
const DEFAULT_MESSAGES = 100_000

export const librdkafkaProducer = variant({
  inputs: { ...LOAD, ...RECORD, ...WAITING, ...APPLICATION },
  size(given) {
    const { recordSize, linger, ackTime, stall, application } = given
    const sheet = worksheet()
    const peak = peakOf(sheet, given)
    const waiting = sheet.step(
      'waiting',
      'records',
      'in the producer at any time',
      f`${peak} × (${linger} + ${ackTime}) / 1000`,
      "Little's law",
    )
    const needs = [waiting]
    if (stall !== undefined) {
      needs.push(sheet.step('stalled', 'records', 'that come in during the stall', f`${peak} × ${stall}`))
    }
    const messages = sheet.step(
      'messages',
      'records',
      'queue.buffering.max.messages: the largest need, no less than the default',
      f`ceil(max(${DEFAULT_MESSAGES}, ${needs}))`,
      CONFIGURATION,
    )
    const queue = sheet.step(
      'queue',
      'MiB',
      'of the queue when it is full',
      f`${messages} × ${recordSize} / ${MIB}`,
    )
    const process = sheet.step(
      'process',
      'MiB',
      'with a quarter on top, which is the least limit of a container',
      f`ceil(1.25 × (${application} + ${queue}))`,
    )
    sheet.guide(
      'buffer',
      'buffer.memory=67108864, 64 MB',
      'MiB of queue',
      f`67108864 / ${MIB}`,
      'librdkafka does not know buffer.memory: its queue is queue.buffering.max.kbytes, in KiB, and it is full by messages first',
    )
    sheet.command(
      'producer, any client on librdkafka',
      'properties',
      `queue.buffering.max.messages=${messages.value}`,
      `queue.buffering.max.kbytes=${Math.max(1, Math.ceil(queue.value * 1024))}`,
      `linger.ms=${linger.value}`,
    )
    return sheet.sized(
      process,
      `${formatBytes(process.value * MIB)} for the process, ${formatBytes(queue.value * MIB)} of it a queue of ${shown(messages)}`,
      { limitedBy: largest([application, queue]).name },
    )
  },
})

export const librdkafkaConsumer = variant({
  inputs: {
    ...FETCHES,
    queued: { kind: 'mib', about: 'queued.max.messages.kbytes', default: '64MiB', min: 1e-3 },
    ...APPLICATION,
  },
  size(given) {
    const { queued, application, partitions, fetchMax, partitionFetch } = given
    const sheet = worksheet()
    const fetched = fetchedOf(sheet, given)
    const process = sheet.step(
      'process',
      'MiB',
      'with a quarter on top: the queue is full, and a round of fetches is still to come',
      f`ceil(1.25 × (${application} + ${queued} + ${fetched}))`,
      CONFIGURATION,
    )
    sheet.guide(
      'high throughput',
      "'max.partition.fetch.bytes': 10485760, 'max.poll.records': 1000 in Python",
      'MiB a fetch',
      f`10 × ${partitions}`,
      'fetch.max.bytes ends the answer of each broker before that; librdkafka knows neither max.poll.records nor fetch.max.wait.ms (fetch.wait.max.ms), and the consumer is not made',
    )
    sheet.command(
      'consumer, any client on librdkafka',
      'properties',
      `queued.max.messages.kbytes=${Math.ceil(queued.value * 1024)}`,
      `fetch.max.bytes=${Math.floor(fetchMax.value * MIB)}`,
      `max.partition.fetch.bytes=${Math.floor(partitionFetch.value * MIB)}`,
    )
    return sheet.sized(
      process,
      `${formatBytes(process.value * MIB)} for the process with ${shown(partitions)}, ${formatBytes(queued.value * MIB)} of it records that wait`,
      { limitedBy: largest([application, queued, fetched]).name },
    )
  },
})
