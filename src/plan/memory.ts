/** Memory of the JVMs that are the user's own: brokers of a self-managed cluster, and Connect workers. */
import type { Answer } from './asking.ts'
import { figure } from './figures.ts'
import type { Reader } from './reader.ts'

export function memoryAnswers(read: Reader, main: readonly Answer[]): Answer[] {
  return [...brokerMemory(read, main), ...workerMemory(read, main)]
}

function brokerMemory(read: Reader, main: readonly Answer[]): Answer[] {
  const brokers = main.find(({ id }) => id === 'brokers')
  if (brokers === undefined || read.text('platform.kind') !== 'self-managed') return []
  const count = brokers.have ?? brokers.sizing.answer.value
  return [
    {
      ...read.ask({
        calculator: 'memory',
        variant: 'broker',
        places: ['platform', 'topic', 'workload', 'jvm'],
        renamed: { rate: 'workload.peak' },
        derived: {
          for: { text: 'broker', source: 'the brokers' },
          brokers: { text: String(count), source: 'answer of brokers' },
        },
      }),
      id: 'memory.broker',
      step: 'jvm',
      title: 'memory of a broker',
    },
  ]
}

/** All tasks in one worker: so much memory is needed, on however many. */
function workerMemory(read: Reader, main: readonly Answer[]): Answer[] {
  const connectors = main.filter(({ sizing }) => sizing.calculator === 'connector')
  if (connectors.length === 0 || read.text('platform.kind') === 'confluent-cloud') return []
  const tasks = connectors.map(({ sizing }) => figure(sizing, 'callers') ?? figure(sizing, 'connectors') ?? 1)
  const queues = connectors.map(({ sizing }) => figure(sizing, 'queueMemory') ?? 0)
  const queue = queues.reduce((all, one) => all + one, 0)
  return [
    {
      ...read.ask({
        calculator: 'memory',
        variant: 'connect',
        places: ['jvm', 'workload'],
        derived: {
          for: { text: 'connect', source: 'the connectors' },
          tasks: {
            text: String(tasks.reduce((all, one) => all + one, 0)),
            source: 'tasks of the connectors',
          },
          queue:
            queue === 0 ? undefined : { text: `${Math.ceil(queue)}MiB`, source: 'queues of the connectors' },
        },
      }),
      id: 'memory.connect',
      step: 'jvm',
      title: 'memory of a Connect worker',
    },
  ]
}
