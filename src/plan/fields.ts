/**
 * What a plan file may say. Most keys are inputs of calculators under the name of their flag, so what a calculator learns
 * to take can be said in a plan with one line here.
 */

import { CLUSTER_TYPES } from '../sizing/confluent-cloud.ts'
import { CALCULATORS } from '../sizing/index.ts'
import type { Input, InputTable } from '../sizing/inputs.ts'
import { BROKER_PLATFORM_NAMES } from '../sizing/platforms.ts'

/** A word that is not counted with: the name of a topic or a group. */
interface NameField {
  readonly kind: 'name'
  readonly about: string
  readonly default?: string
  readonly optional?: true
}

export type Field = Input | NameField

const MSK = 'msk-'
/** `m5.large`, … */
const INSTANCES = BROKER_PLATFORM_NAMES.filter((name) => name.startsWith(MSK)).map((name) =>
  name.slice(MSK.length),
)

/** Inputs of a calculator as optional keys: its own defaults count where the file is silent. */
function inputs(table: InputTable, ...names: readonly string[]): Record<string, Field> {
  return Object.fromEntries(
    names.map((name) => {
      const input = table[name]
      if (input === undefined) throw new Error(`there is no input ${name}`)
      return [name, { ...input, optional: true }]
    }),
  )
}

/** All inputs but these. */
function inputsBut(table: InputTable, ...names: readonly string[]): Record<string, Field> {
  return inputs(table, ...Object.keys(table).filter((name) => !names.includes(name)))
}

const { partitions, consumers, brokers, cku, cfu, flink, storage, connector, memory } = CALCULATORS

export const SECTIONS = {
  workload: {
    about: 'what is written, and how it grows',
    fields: {
      peak: { kind: 'rate', about: 'records per second at peak' },
      now: { kind: 'rate', about: 'records per second on average: disks fill by it', optional: true },
      ...inputs(partitions.inputs, 'growth', 'recordSize', 'keys', 'hotKey'),
      ...inputs(brokers.inputs, 'compression'),
      otherGroups: {
        kind: 'count',
        unit: 'groups',
        about: 'consumer groups that read everything, beside those under groups and Flink',
        default: '0',
        min: 0,
        max: 10_000,
      },
    },
  },
  topic: {
    about: 'the topic it is written to',
    fields: {
      name: { kind: 'name', about: 'its name', default: 'events' },
      partitions: {
        kind: 'count',
        unit: 'partitions',
        about: 'that it has already: checked, not chosen',
        optional: true,
        max: 1e6,
      },
      ...inputs(partitions.inputs, 'produceRate', 'replication', 'minInsync'),
      ...inputs(storage.inputs, 'retention', 'localRetention', 'segment'),
    },
  },
  platform: {
    about: 'where it runs',
    fields: {
      kind: {
        kind: 'choice',
        choices: ['confluent-cloud', 'self-managed', 'msk'],
        about: 'whose brokers they are',
      },
      cluster: {
        kind: 'choice',
        choices: CLUSTER_TYPES,
        about: 'type of a Confluent Cloud cluster',
        default: 'dedicated',
      },
      instance: {
        kind: 'choice',
        choices: INSTANCES,
        about: 'instance of MSK brokers',
        default: 'm5.large',
      },
      controllers: {
        kind: 'choice',
        choices: ['kraft', 'zookeeper'],
        about: 'of a self-managed cluster',
        default: 'kraft',
      },
      zones: { kind: 'count', unit: 'zones', about: 'availability zones', default: '3', max: 100 },
      brokers: {
        kind: 'count',
        unit: 'brokers',
        about: 'that there are already: checked, not chosen',
        optional: true,
        max: 10_000,
      },
      units: {
        kind: 'count',
        unit: 'units',
        about: 'CKU or eCKU that there are already: checked, not chosen',
        optional: true,
        max: 152,
      },
      ...inputs(partitions.inputs, 'existingPartitions'),
      ...inputs(
        brokers.inputs,
        'survive',
        'disk',
        'fill',
        'diskThroughput',
        'diskNetwork',
        'line',
        'cores',
        'memory',
        'heap',
        'throttle',
      ),
      ...inputs(
        cku.inputs,
        'compactedPartitions',
        'connections',
        'connectionAttempts',
        'requests',
        'message',
        'idempotence',
        'pricePerUnit',
      ),
    },
  },
  groups: {
    about: 'consumer groups, each of which reads every record',
    fields: {
      name: { kind: 'name', about: 'its name' },
      consumers: {
        kind: 'count',
        unit: 'consumers',
        about: 'that there are already: checked, not chosen',
        optional: true,
        max: 1e6,
      },
      ...inputs(
        consumers.inputs,
        'processTime',
        'consumeRate',
        'threads',
        'lag',
        'maxPollRecords',
        'maxPollInterval',
      ),
    },
  },
  flink: {
    about: 'Flink, which reads every record',
    fields: {
      service: {
        kind: 'choice',
        choices: ['confluent-cloud', 'self-managed'],
        about: 'whose Flink it is; as the platform unless told',
        optional: true,
      },
      parallelism: {
        kind: 'count',
        unit: 'subtasks',
        about: 'that it has already: checked, not chosen',
        optional: true,
        max: 32_768,
      },
      ...inputs(cfu.inputs, 'statements', 'ratePerCfu', 'pricePerCfu'),
      ...inputsBut(
        flink.inputs,
        'rate',
        'growth',
        'partitions',
        'utilization',
        'recordSize',
        'observedRate',
        'busy',
        'observedParallelism',
        'lag',
        'lagGrowth',
        'catchUp',
        'restart',
        'targetBusy',
      ),
    },
  },
  connectors: {
    about: 'connectors that write the topic',
    fields: {
      name: { kind: 'name', about: 'its name' },
      ...inputsBut(connector.inputs, 'growth', 'recordSize', 'utilization'),
    },
  },
  jvm: {
    about: 'JVMs of brokers and Connect workers',
    fields: inputs(memory.inputs, 'jdk', 'gc', 'metaspace', 'direct', 'codeCache', 'threads'),
  },
  targets: {
    about: 'what has to be kept to',
    fields: {
      latency: {
        kind: 'ms',
        about: '99th percentile of a record from due to processed, in each group',
        optional: true,
      },
      maxLag: { kind: 'seconds', about: 'how far a group may be behind', optional: true },
      outage: { kind: 'seconds', about: 'how long a group may be down', optional: true },
      ...inputs(consumers.inputs, 'drainWithin', 'utilization'),
    },
  },
} as const satisfies Record<string, { about: string; fields: Readonly<Record<string, Field>> }>

export type SectionName = keyof typeof SECTIONS

/** `recordSize` is `record-size`: the flag without its dashes. */
export function keyOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** And back. */
export function nameOf(key: string): string {
  return key.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

const FIELDS: ReadonlyMap<string, ReadonlyMap<string, Field>> = new Map(
  Object.entries(SECTIONS).map(([section, { fields }]) => [
    section,
    new Map(Object.entries<Field>(fields).map(([name, field]) => [keyOf(name), field])),
  ]),
)

/** By the key that stands in the file. @param place a section, or an entry of one: `groups.fraud` */
export function fieldsOf(place: string): ReadonlyMap<string, Field> {
  const fields = FIELDS.get(place.split('.')[0] ?? '')
  if (fields === undefined) throw new Error(`a plan has no ${place}`)
  return fields
}

/** The field of a path: `workload.peak`, `groups.fraud.process-time`. */
export function fieldAt(path: string): Field {
  const field = fieldsOf(path).get(path.split('.').at(-1) ?? '')
  if (field === undefined) throw new Error(`a plan has no ${path}`)
  return field
}
