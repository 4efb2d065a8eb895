/** Commands that make the topic, for both command-line tools. */
import { figure } from '../figures.ts'
import type { Plan } from '../schema.ts'
import type { EmittedFile } from './file.ts'

/** @param topic its name */
export function topicFiles(plan: Plan, topic: string): EmittedFile[] {
  const partitions = plan.answers.find(({ id }) => id === 'partitions')
  if (partitions === undefined) return []
  const count = partitions.have ?? partitions.sizing.answer.value
  const configs = topicConfigs(plan).map((config) => `--config ${config}`)
  const replication = figure(partitions.sizing, 'replication') ?? 3
  return [
    {
      path: 'topics/kafka-topics.sh',
      about: `makes the topic ${topic} with Kafka's own tool`,
      triedOn: 'Apache Kafka (kafka-topics)',
      executable: true,
      text: script(
        [`Makes the topic ${topic}. A topic that is there already is left as it is.`, ''],
        [
          // biome-ignore lint/suspicious/noTemplateCurlyInString: for the shell
          ': "${BOOTSTRAP_SERVERS:?host:port of a broker, e.g. BOOTSTRAP_SERVERS=localhost:9092}"',
          '',
          lineOf([
            // biome-ignore lint/suspicious/noTemplateCurlyInString: for the shell
            'kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVERS" ${COMMAND_CONFIG:+--command-config "$COMMAND_CONFIG"}',
            `--create --if-not-exists --topic ${topic}`,
            `--partitions ${count} --replication-factor ${replication}`,
            ...configs,
          ]),
        ],
      ),
    },
    {
      path: 'topics/confluent.sh',
      about: `the same with the Confluent CLI${plan.answers.some(({ id }) => id === 'units') ? ', and the units of the cluster' : ''}`,
      executable: true,
      text: script(
        [
          `Makes the topic ${topic} in a Confluent Cloud cluster.`,
          'Replication there is always 3, and compression is a setting of producers.',
          '',
        ],
        [
          // biome-ignore lint/suspicious/noTemplateCurlyInString: for the shell
          ': "${CLUSTER:?id of the cluster, e.g. CLUSTER=lkc-123456}"',
          '',
          ...unitLines(plan),
          lineOf([
            `confluent kafka topic create ${topic} --cluster "$CLUSTER" --if-not-exists`,
            `--partitions ${count}`,
            ...configs,
          ]),
        ],
      ),
    },
  ]
}

function topicConfigs({ settings }: Plan): string[] {
  const topic = settings.find(({ id }) => id === 'topic')?.settings ?? []
  return topic.map(({ key, value }) => `${key}=${value}`)
}

function unitLines(plan: Plan): string[] {
  const units = plan.answers.find(({ id }) => id === 'units')
  const line = units?.sizing.commands.find(({ lines }) =>
    lines[0]?.startsWith('confluent kafka cluster update'),
  )
  const [command] = line?.lines ?? []
  return command === undefined ? [] : [`# ${line?.about}`, command.replace('lkc-123456', '"$CLUSTER"'), '']
}

/** One command over several lines. */
function lineOf(parts: readonly string[]): string {
  return parts.join(' \\\n  ')
}

export function script(comments: readonly string[], lines: readonly string[]): string {
  const head = comments.map((comment) => (comment === '' ? '' : `# ${comment}`))
  return `${['#!/usr/bin/env bash', ...head.slice(0, -1), 'set -euo pipefail', '', ...lines].join('\n')}\n`
}
