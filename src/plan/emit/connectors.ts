/** Configurations of connectors, as `PUT /connectors/NAME/config` takes them; what only the user knows is in capitals. */
import { figure } from '../figures.ts'
import type { Plan } from '../schema.ts'
import type { EmittedFile } from './file.ts'

export function connectorFiles(plan: Plan): EmittedFile[] {
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
    const isDebezium = sizing.inputs.kind?.value === 'debezium'
    const config = { name, ...own, ...(isDebezium ? database(name) : {}), ...creation }
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
