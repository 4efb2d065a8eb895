/** Memory of an application with a Java client. */
import { formatBytes } from '../units.ts'
import { APPLICATION, BROKERS, FETCHES, fetchedOf, WAITING } from './client-buffers.ts'
import { f } from './formula.ts'
import { refuse } from './inputs.ts'
import { applicationOptions, JVM, processOf } from './jvm.ts'
import { shown } from './quantity.ts'
import { variant } from './variants.ts'
import { LOAD, peakOf, RECORD } from './workload.ts'
import { largest, worksheet } from './worksheet.ts'

const PRODUCER =
  'KafkaProducer keeps a batch a partition, and batches on their way, in buffer.memory; send() waits max.block.ms for room (https://kafka.apache.org/documentation/#producerconfigs_buffer.memory)'
const MIB = 1024 ** 2
/** Of `buffer.memory`. */
const DEFAULT_BUFFER = 32 * MIB

export const producer = variant({
  inputs: {
    ...LOAD,
    ...RECORD,
    partitions: FETCHES.partitions,
    ...BROKERS,
    batchSize: { kind: 'bytes', about: 'batch.size', default: '16KiB', max: 1e9 },
    ...WAITING,
    inFlight: {
      kind: 'count',
      unit: 'requests',
      about: 'max.in.flight.requests.per.connection',
      default: '5',
      max: 1e6,
    },
    maxRequest: { kind: 'bytes', about: 'max.request.size', default: '1MiB', max: 1e9 },
    ...APPLICATION,
    ...JVM,
  },
  size(given) {
    const { recordSize, partitions, brokers, batchSize, linger, ackTime, stall, inFlight, maxRequest } = given
    if (recordSize.value > maxRequest.value) {
      throw refuse(
        recordSize,
        `must be at most max.request.size ${shown(maxRequest)}, not ${shown(recordSize)}`,
        'the producer refuses it: RecordTooLargeException; --max-request, and message.max.bytes of the topic',
      )
    }
    const sheet = worksheet()
    const peak = peakOf(sheet, given)
    const batches = sheet.step(
      'batches',
      'B',
      'a batch filling and one on its way, of each partition',
      f`2 × ${batchSize} × ${partitions}`,
      PRODUCER,
    )
    const waiting = sheet.step(
      'waiting',
      'B',
      'in the producer at any time',
      f`${peak} × ${recordSize} × (${linger} + ${ackTime}) / 1000`,
      "Little's law",
    )
    const needs = [batches, waiting]
    if (stall !== undefined) {
      needs.push(
        sheet.step('stalled', 'B', 'that come in during the stall', f`${peak} × ${recordSize} × ${stall}`),
      )
    }
    const buffer = sheet.step(
      'buffer',
      'MiB',
      'buffer.memory: the largest need, no less than the default',
      f`ceil(max(${DEFAULT_BUFFER}, ${needs}) / ${MIB})`,
      PRODUCER,
    )
    const onTheWay = sheet.step(
      'onTheWay',
      'MiB',
      'in requests at most, of the buffer',
      f`min(${buffer}, ${brokers} × ${inFlight} × ${maxRequest} / ${MIB})`,
    )
    const most = sheet.step(
      'mostRate',
      'records/s',
      'so many in flight allow',
      f`${onTheWay} × ${MIB} / ${recordSize} × 1000 / ${ackTime}`,
      "Little's law",
    )
    if (most.value < peak.value) {
      sheet.warn(
        'in-flight',
        `requests of ${shown(maxRequest)}, ${inFlight.value} at a time to each broker, carry ${shown(most)} with answers after ${shown(ackTime)}: records queue up without end`,
      )
    }
    if (batchSize.value > maxRequest.value) {
      sheet.warn(
        'batch-above-request',
        `batch.size ${shown(batchSize)} is above max.request.size ${shown(maxRequest)}: no batch of that size is sent`,
      )
    }
    const heap = sheet.step(
      'heap',
      'MiB',
      'with a quarter on top',
      f`ceil(1.25 × (${given.application} + ${buffer}))`,
    )
    const process = processOf(sheet, given, heap)
    sheet.guide(
      'buffer',
      'buffer.memory=67108864, 64 MB',
      'MiB of buffer',
      f`67108864 / ${MIB}`,
      `twice the default; this load needs ${shown(buffer)}`,
    )
    sheet.guide(
      'connector buffer',
      'producer.buffer.memory=134217728 in a connector, 128 MB',
      'MiB of buffer',
      f`134217728 / ${MIB}`,
      'does nothing there: a connector sets its producer by producer.override.buffer.memory',
    )
    sheet.command(
      'producer',
      'properties',
      `buffer.memory=${buffer.value * MIB}`,
      `batch.size=${batchSize.value}`,
      `linger.ms=${Math.ceil(linger.value)}`,
      `max.request.size=${maxRequest.value}`,
      `max.in.flight.requests.per.connection=${inFlight.value}`,
    )
    applicationOptions(sheet, given, heap)
    return sheet.sized(
      process,
      `${formatBytes(process.value * MIB)} for the process, ${formatBytes(heap.value * MIB)} of it heap; buffer.memory ${formatBytes(buffer.value * MIB)}`,
      { limitedBy: largest([given.application, buffer]).name },
    )
  },
})

export const consumer = variant({
  inputs: {
    ...FETCHES,
    ...RECORD,
    maxPollRecords: { kind: 'count', unit: 'records', about: 'max.poll.records', default: '500', max: 1e6 },
    ...APPLICATION,
    ...JVM,
  },
  size(given) {
    const { partitions, partitionFetch, fetchMax, recordSize, maxPollRecords } = given
    const sheet = worksheet()
    const fetched = fetchedOf(sheet, given)
    const polled = sheet.step(
      'polled',
      'MiB',
      'of records that a poll returns, beside the bytes they are made of',
      f`${maxPollRecords} × ${recordSize} × 2 / ${MIB}`,
    )
    const heap = sheet.step(
      'heap',
      'MiB',
      'with a quarter on top',
      f`ceil(1.25 × (${given.application} + ${fetched} + ${polled}))`,
    )
    const process = processOf(sheet, given, heap)
    sheet.guide(
      'high throughput',
      'max.partition.fetch.bytes=10485760, 10 MB, of 12 partitions',
      'MiB a fetch',
      f`10 × 12`,
      'fetch.max.bytes, 50 MiB, ends the answer of each broker before that',
    )
    sheet.command(
      'consumer',
      'properties',
      `fetch.max.bytes=${Math.floor(fetchMax.value * MIB)}`,
      `max.partition.fetch.bytes=${Math.floor(partitionFetch.value * MIB)}`,
      `max.poll.records=${maxPollRecords.value}`,
    )
    applicationOptions(sheet, given, heap)
    return sheet.sized(
      process,
      `${formatBytes(process.value * MIB)} for the process with ${shown(partitions)}, ${formatBytes(heap.value * MIB)} of it heap`,
      { limitedBy: largest([given.application, fetched, polled]).name },
    )
  },
})
