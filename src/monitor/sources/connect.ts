/** The REST API of a Connect worker: state of connector and tasks. It has no figures. */
import { z } from 'zod'
import { type ConnectorStatus, connectorUrl, readStatus } from '../../connect/status.ts'
import { TuneError } from '../../errors.ts'
import { type Asker, shownUrl } from '../../http/ask.ts'
import { didYouMean } from '../../nearest.ts'
import type { Source } from '../source.ts'

const Info = z.object({ config: z.record(z.string(), z.string()), type: z.string().optional() })

/** What a connector is, asked once. */
export interface ConnectorInfo {
  readonly name: string
  readonly config: Readonly<Record<string, string>>
  /** Topics that it has written to, as the worker saw (Kafka 2.5). */
  readonly topics: readonly string[]
}

export function connectSource(base: string, name: string, asker: Asker): Source {
  return {
    kind: 'connect',
    shown: shownUrl(base),
    read: async () => ({ points: [], status: await statusOf(base, name, asker) }),
  }
}

async function statusOf(base: string, name: string, asker: Asker): Promise<ConnectorStatus> {
  const status = readStatus(await asker.json(connectorUrl(base, name, '/status')))
  if (status === undefined) throw noWorker(base)
  return status
}

/**
 * The only connector of the worker where none is named.
 * @throws TuneError USAGE
 */
export async function findConnector(base: string, wanted: string | undefined, asker: Asker): Promise<string> {
  const names = parseAs(z.array(z.string()), await asker.json(`${base.replace(/\/+$/, '')}/connectors`), base)
  if (wanted !== undefined && names.includes(wanted)) return wanted
  const [only, ...more] = names
  if (wanted === undefined && only !== undefined && more.length === 0) return only
  const what = wanted === undefined ? `${names.length} connectors` : `no connector ${wanted}`
  throw new TuneError('USAGE', `${shownUrl(base)} has ${what}`, {
    hint:
      names.length === 0
        ? 'make one first: curl -X PUT …/connectors/NAME/config'
        : wanted === undefined
          ? `name one with --connector: ${names.join(', ')}`
          : didYouMean(wanted, names),
  })
}

export async function connectorInfo(base: string, name: string, asker: Asker): Promise<ConnectorInfo> {
  const { config } = parseAs(Info, await asker.json(connectorUrl(base, name)), base)
  return { name, config, topics: await activeTopics(base, name, asker) }
}

/** Empty where the worker does not track them (`topic.tracking.enable=false`). */
export async function activeTopics(base: string, name: string, asker: Asker): Promise<string[]> {
  const { status, body } = await asker.ask(connectorUrl(base, name, '/topics'))
  if (status !== 200) return []
  const parsed = z
    .record(z.string(), z.object({ topics: z.array(z.string()) }))
    .safeParse(JSON.parse(body.toString()))
  return parsed.data?.[name]?.topics ?? []
}

function parseAs<T>(shape: z.ZodType<T>, document: unknown, base: string): T {
  const parsed = shape.safeParse(document)
  if (parsed.success) return parsed.data
  throw noWorker(base)
}

function noWorker(base: string): TuneError {
  return new TuneError('UNREACHABLE', `${shownUrl(base)} answers, but not as a Connect worker does`, {
    hint: 'name the REST port of a Connect worker, 8083 unless it was set otherwise',
  })
}
