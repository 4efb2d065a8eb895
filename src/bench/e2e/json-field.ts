/**
 * A number or text inside a JSON value by which a record is known, as pipelines carry one through: an order's id, a
 * trace. `tune` writes its own into the field of each value, in the field's own type, and reads it where it comes out.
 */
import { messageOf, TuneError } from '../../errors.ts'

/** `after.id`, `$.items.0.id`: members, and places in lists. */
export type JsonPath = readonly string[]

export interface Stamped {
  readonly sender: number
  readonly id: number
}

/** Runs are told apart by 20 bits: with 32 of the record they fit a number that every JSON keeps. */
const RUN_LIMIT = 2 ** 20
const ID_LIMIT = 2 ** 32
const TEXT = /^tune-(\d+)-(\d+)$/

/** Sender and id as one number. */
export const packStamp = ({ sender, id }: Stamped): number => sender * ID_LIMIT + id
export const unpackStamp = (packed: number): Stamped => ({
  sender: Math.floor(packed / ID_LIMIT),
  id: packed % ID_LIMIT,
})

/** The run as it stands in a field. */
export function runInField(run: number): number {
  return run % RUN_LIMIT
}

/** @throws TuneError USAGE */
export function parseJsonPath(text: string, flag: string): JsonPath {
  const steps = text
    .replace(/^\$\.?/, '')
    .replace(/\[(\d+)\]/g, '.$1')
    .split('.')
  if (steps.every((step) => step !== '')) return steps
  throw new TuneError('USAGE', `${flag}: '${text}' is no path of a field`, {
    hint: 'for example json:after.id, json:$.items[0].id, or json:after.id->id where the pipeline moves it',
  })
}

interface Around {
  readonly head: Buffer
  readonly tail: Buffer
  readonly isText: boolean
}

/** A place holder that no value has. */
const MARK = 'tune-field-6b1f0c'

/**
 * Puts stamps into values. What stands around a field is found once for each value, so that a record costs a copy.
 * @throws TuneError CONFIG from the stamp itself, when a value has no such field
 */
export function fieldWriter(path: JsonPath): (value: Buffer, stamped: Stamped) => Buffer {
  const known = new WeakMap<Buffer, Around>()
  return (value, stamped) => {
    const { sender, id } = stamped
    let around = known.get(value)
    if (around === undefined) {
      around = cut(value, path)
      known.set(value, around)
    }
    const { head, tail, isText } = around
    const text = isText ? `"tune-${sender}-${id}"` : String(packStamp(stamped))
    return Buffer.concat([head, Buffer.from(text), tail])
  }
}

function cut(value: Buffer, path: JsonPath): Around {
  const name = path.join('.')
  const refuse = (why: string) =>
    new TuneError('CONFIG', `--correlate json:${name}: ${why}`, {
      hint: 'take values that have it: --payload-template cdc-event, or --payload-file; or a header: --correlate header:NAME',
    })
  let document: unknown
  try {
    document = JSON.parse(value.toString())
  } catch (error) {
    throw refuse(`a value is no JSON (${messageOf(error)})`)
  }
  const parent = step(document, path.slice(0, -1))
  const last = path.at(-1) ?? ''
  const old = step(document, path)
  if (typeof old !== 'string' && typeof old !== 'number') {
    throw refuse(old === undefined ? 'a value has no such field' : 'the field is neither text nor a number')
  }
  Reflect.set(Object(parent), last, MARK)
  const [head = '', tail = ''] = JSON.stringify(document).split(`"${MARK}"`)
  return { head: Buffer.from(head), tail: Buffer.from(tail), isText: typeof old === 'string' }
}

/** The stamp in a value; undefined where it has none. */
export function fieldReader(path: JsonPath): (value: Buffer | null) => Stamped | undefined {
  return (value) => {
    if (value === null) return undefined
    let found: unknown
    try {
      found = step(JSON.parse(value.toString()), path)
    } catch {
      return undefined
    }
    if (typeof found === 'number' && Number.isSafeInteger(found) && found >= 0) {
      return unpackStamp(found)
    }
    const [, sender, id] = TEXT.exec(typeof found === 'string' ? found : '') ?? []
    return sender === undefined ? undefined : { sender: Number(sender), id: Number(id) }
  }
}

function step(document: unknown, path: JsonPath): unknown {
  let at = document
  for (const name of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined
    at = Reflect.get(at, name)
  }
  return at
}
