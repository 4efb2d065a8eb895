/** What a run went with, in full: too long for a terminal, and what a reader of a report asks for next. */
import type { Result } from '../../core/result.ts'
import type { Section } from '../model.ts'

export function runDetails(result: Result): Section[] {
  const tables =
    result.kind === 'connector'
      ? [values('connector-config', "The connector's configuration", result.connector?.config)]
      : [
          values('effective-config', 'Effective configuration of the client', result.effectiveConfig.values),
          values('topic-config', "The topic's configuration", result.preflight?.topicConfigs),
        ]
  return [...tables, values('environment', 'Environment', flat(result.environment))].flat()
}

type Values = Readonly<Record<string, string | number | boolean>>

function values(id: string, title: string, found: Values | undefined): Section[] {
  const entries = Object.entries(found ?? {})
  if (entries.length === 0) return []
  return [
    {
      id,
      kind: 'table',
      title,
      columns: [
        { title: 'name', align: 'left' },
        { title: 'value', align: 'left' },
      ],
      rows: entries
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => ({ cells: [name, String(value)] })),
    },
  ]
}

/** `broker.version`: members of members by their path. */
function flat(found: object, path = ''): Values {
  return Object.fromEntries(
    Object.entries(found).flatMap(([key, value]): [string, string | number | boolean][] => {
      const name = `${path}${key}`
      if (Array.isArray(value)) return [[name, value.join(', ')]]
      if (typeof value === 'object' && value !== null) return Object.entries(flat(value, `${name}.`))
      return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [[name, value]]
        : []
    }),
  )
}
