/**
 * A number or text inside a JSON value by which a record is known, as pipelines carry one through: an order's id, a
 * trace. `tune` writes its own into the field of each value, in the field's own type, changes no other byte of it, and reads
 * it where it comes out.
 */
import { messageOf, TuneError } from '../../errors.ts'
import { type Span, spanOf, stepsOf } from '../../http/json-path.ts'

/** Names of members, and places in lists. */
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

/** `after.id`, `$.items[0].id`, `["a.b"].id`, `/after/id`. @throws TuneError USAGE */
export function parseJsonPath(text: string, flag: string): JsonPath {
  const steps = stepsOf(text)
  if (steps.length > 0 && steps.every((step) => step !== '')) return steps
  throw new TuneError('USAGE', `${flag}: '${text}' is no path of a field`, {
    hint: 'for example json:after.id, json:$.items[0].id, json:["order.id"], or json:after.id:id where the pipeline moves it',
  })
}

/** All of a path but a colon, or an arrow, that stands outside quotes and has no backslash before it. */
const PART = /(?:\\.|\["(?:[^"\\]|\\.)*"\]|\['(?:[^'\\]|\\.)*'\]|(?!->)[^:>\\])+/gs

/** `IN`, `IN:OUT` or `IN->OUT`, which a shell wants in quotes: where the field goes in, and where it comes out. @throws TuneError USAGE */
export function parseInAndOut(text: string, flag: string): { input: JsonPath; output: JsonPath } {
  const [input = '', output = input, ...more] = text.match(PART) ?? []
  const isWhole = [input, `${input}:${output}`, `${input}->${output}`].includes(text)
  if (isWhole && more.length === 0) {
    return { input: parseJsonPath(input, flag), output: parseJsonPath(output, flag) }
  }
  throw new TuneError('USAGE', `${flag}: '${text}' is neither a path nor two`, {
    hint: 'for example json:after.id, or json:after.id:id where the pipeline moves it; a colon in a name: json:["a:b"]',
  })
}

/** As it is typed. */
export function formatJsonPath(path: JsonPath): string {
  return path.map((name) => name.replace(/[.:[\\>]|^[$/]/g, '\\$&')).join('.')
}

interface Around {
  readonly head: Buffer
  readonly tail: Buffer
  readonly isText: boolean
}

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

const MOST_NAMED = 5

/** Where a value has text or numbers, as it is typed. */
function pathsIn(value: unknown, path: JsonPath = []): string[] {
  if (typeof value === 'string' || typeof value === 'number')
    return path.length > 0 ? [formatJsonPath(path)] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => pathsIn(inner, [...path, name]))
}

function cut(value: Buffer, path: JsonPath): Around {
  const name = formatJsonPath(path)
  const refuse = (why: string, fields: readonly string[] = []) =>
    new TuneError('CONFIG', `--correlate json:${name}: ${why}`, {
      hint:
        fields.length > 0
          ? `it has ${fields.slice(0, MOST_NAMED).join(', ')}${fields.length > MOST_NAMED ? ', …' : ''}; or take a header: --correlate header:NAME`
          : 'take values that have it, with --payload-file or --payload-template; or a header: --correlate header:NAME',
    })
  let parsed: unknown
  try {
    parsed = JSON.parse(value.toString())
  } catch (error) {
    throw refuse(`a value is no JSON (${messageOf(error)})`)
  }
  const span = spanOf(value, path)
  const old = span === undefined ? undefined : textOf(value, span)
  if (span === undefined || (typeof old !== 'string' && typeof old !== 'number')) {
    const why = span === undefined ? 'a value has no such field' : 'the field is neither text nor a number'
    throw refuse(why, pathsIn(parsed))
  }
  return {
    head: value.subarray(0, span.from),
    tail: value.subarray(span.to),
    isText: typeof old === 'string',
  }
}

const textOf = (value: Buffer, { from, to }: Span): unknown => JSON.parse(value.toString('utf8', from, to))

/** The stamp in a value; undefined where it has none. */
export function fieldReader(path: JsonPath): (value: Buffer | null) => Stamped | undefined {
  return (value) => {
    if (value === null) return undefined
    let found: unknown
    try {
      const span = spanOf(value, path)
      if (span === undefined) return undefined
      found = textOf(value, span)
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
