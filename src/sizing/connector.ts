/** What a source connector reads, what to set, and what it keeps waiting in a database. */
import { DEBEZIUM, sizeDebezium } from './connector-debezium.ts'
import { HTTP, sizeHttp } from './connector-http.ts'
import { HTTP_KINDS, type HttpKind } from './connector-kinds.ts'
import { choosing, variant } from './variants.ts'

const entities = {
  ...HTTP,
  entities: {
    kind: 'count',
    unit: 'entities',
    about: 'names in entity.names, which the tasks share out',
    default: '1',
    max: 10_000,
  },
} as const

const ofEntities = (kind: HttpKind) =>
  variant({
    inputs: entities,
    size: (given) => sizeHttp(kind, given, { sources: given.entities }),
  })

export const connector = choosing({
  name: 'connector',
  about:
    'source connectors: records/s of an HTTP API, poll interval and tasks; queue and WAL disk of Debezium',
  source: HTTP_KINDS['confluent-v1'].source,
  example:
    'tune size connector --kind guide --page-records 100 --rate-limit 10/s --tasks 4 --response-time 200ms',
  by: { key: 'kind', about: 'connector, and its way to divide work over tasks' },
  variants: {
    'confluent-v1': ofEntities(HTTP_KINDS['confluent-v1']),
    'confluent-cloud-v1': ofEntities(HTTP_KINDS['confluent-cloud-v1']),
    'confluent-v2': variant({
      inputs: {
        ...HTTP,
        apis: {
          kind: 'count',
          unit: 'APIs',
          about: 'apis.num, which the tasks share out',
          default: '1',
          max: 15,
        },
      },
      size: (given) => sizeHttp(HTTP_KINDS['confluent-v2'], given, { sources: given.apis }),
    }),
    castorm: variant({
      inputs: HTTP,
      size: (given) => sizeHttp(HTTP_KINDS.castorm, given, { sources: undefined }),
    }),
    guide: variant({
      inputs: {
        ...HTTP,
        sources: {
          kind: 'count',
          unit: 'sources',
          about: 'URLs that the tasks share out; else as many as tasks',
          optional: true,
          max: 1000,
        },
        pages: { kind: 'count', unit: 'pages', about: 'pagination.max.pages', default: '1', max: 1e5 },
      },
      size: (given) => sizeHttp(HTTP_KINDS.guide, given, given),
    }),
    debezium: variant({ inputs: DEBEZIUM, size: sizeDebezium }),
  },
})
