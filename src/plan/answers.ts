/** Runs every calculator that applies, each with the answers of those before it. */
import type { Saved } from '../sizing/calculator.ts'
import { type Answer, sharedOf } from './asking.ts'
import { brokerAnswers, partitionsAndBrokers, topicPartitions, unitsAnswer } from './cluster.ts'
import { connectorAnswers } from './connectors.ts'
import { keyOf } from './fields.ts'
import { memoryAnswers } from './memory.ts'
import type { Asked, Reader } from './reader.ts'
import { flinkAnswer, groupAnswers, lagAnswer, readersNeeds } from './readers.ts'

/** @throws TuneError USAGE at the place of a value that is wrong or contradicts another */
export function answersOf(read: Reader): Answer[] {
  const main = mainAnswers(read)
  return [...main, ...followingAnswers(read, main)]
}

/** What there has to be how many of: the rest follows from these. */
export function mainAnswers(read: Reader): Answer[] {
  const shared = sharedOf(read)
  const needs = readersNeeds(read, shared)
  const { partitions, brokers } = partitionsAndBrokers(read, shared, needs)
  const topic = topicPartitions(read, partitions)
  return [
    partitions,
    brokers ?? unitsAnswer(read, shared, Number(topic.text)),
    ...groupAnswers(read, shared, topic),
    ...flinkAnswer(read, shared, topic),
    ...connectorAnswers(read),
  ]
}

function followingAnswers(read: Reader, main: readonly Answer[]): Answer[] {
  const shared = sharedOf(read)
  const [partitions] = main
  if (partitions === undefined) return []
  const brokers = main.find(({ id }) => id === 'brokers')
  const topic = topicPartitions(read, partitions)
  return [
    ...(brokers === undefined ? [] : brokerAnswers(read, shared, brokers, topic)),
    ...lagAnswer(read, shared),
    ...memoryAnswers(read, main),
  ]
}

/** The command line that shows every step of an answer. */
export function commandOf({ sizing, texts }: Asked, saved: readonly Saved[]): string {
  const flags = Object.entries(texts).map(([key, text]) => {
    return `--${keyOf(key)} ${word(text)}`
  })
  const isMeasured = Object.values(sizing.inputs).some(({ from }) => from === 'measured')
  const from = isMeasured ? ['--from', ...saved.map(({ path }) => word(path))] : []
  return ['tune size', sizing.calculator, ...flags, ...from].join(' ')
}

/** As a shell reads it. */
function word(text: string): string {
  return /[^\w.%/,:+-]/.test(text) ? `'${text}'` : text
}
