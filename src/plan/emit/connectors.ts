/** Configurations of connectors, as `PUT /connectors/NAME/config` takes them; what only the user knows is in capitals. */
import { figure } from '../figures.ts'
import type { Plan } from '../schema.ts'
import type { EmittedFile } from './file.ts'

export function connectorFiles(plan: Plan, topic: string): EmittedFile[] {
  const partitions = plan.answers.find(({ id }) => id === 'partitions')
  if (partitions === undefined) return []
  const creation = {
    'topic.creation.default.partitions': String(partitions.have ?? partitions.sizing.answer.value),
    'topic.creation.default.replication.factor': String(figure(partitions.sizing, 'replication') ?? 3),
  }
  return plan.answers.flatMap(({ id, sizing }) => {
    const name = id.replace('connector.', '')
    const [command] = sizing.commands.filter(({ language }) => language === 'json')
    if (sizing.calculator !== 'connector' || command === undefined) return []
    const own = JSON.parse(command.lines.join('\n')) as Record<string, string> // written by `connectorJson`
    const kind = String(sizing.inputs.kind?.value)
    const isDebezium = kind === 'debezium'
    const config = { name, ...own, ...(isDebezium ? database(name) : api(kind, topic)), ...creation }
    return [
      {
        path: `connect/${name}.json`,
        about: `connector ${name}, for PUT /connectors/${name}/config; fill in what is in capitals`,
        ...(isDebezium ? { triedOn: 'Kafka Connect with Debezium for PostgreSQL (config/validate)' } : {}),
        text: `${JSON.stringify(config, null, 2)}\n`,
      },
    ]
  })
}

/** One slot and one publication a connector. */
function database(name: string): Record<string, string> {
  const plain = name.toLowerCase().replace(/\W/g, '_')
  return {
    'database.hostname': 'DATABASE_HOST',
    'database.port': '5432',
    'database.user': 'DATABASE_USER',
    'database.password': 'DATABASE_PASSWORD',
    'database.dbname': 'DATABASE',
    'table.include.list': 'SCHEMA.TABLE',
    'topic.prefix': name,
    'slot.name': `${plain}_slot`,
    'publication.name': `${plain}_publication`,
  }
}

/** Where it reads and where records go, in the words of each kind. */
function api(kind: string, topic: string): Record<string, string> {
  switch (kind) {
    case 'confluent-v1':
    case 'confluent-cloud-v1':
      return { url: 'API_URL', 'topic.name.pattern': topic }
    case 'confluent-v2':
      return { 'http.api.base.url': 'API_ORIGIN', 'api1.http.api.path': 'API_PATH', 'api1.topics': topic }
    case 'castorm':
      return { 'http.request.url': 'API_URL', 'kafka.topic': topic }
    default:
      return {}
  }
}
