/** The one reader of YAML: a document checked against its shape, with file and line in every error. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type ParsedNode, parseDocument } from 'yaml'
import type { z } from 'zod'
import { TuneError } from '../errors.ts'
import { didYouMean } from '../nearest.ts'
import { readText } from '../shipped.ts'

type Path = readonly (string | number)[]

export interface YamlFile<T> {
  readonly value: T
  /** `file:line` of a value in the document, or the file where it has none. */
  where(...path: Path): string
}

/**
 * @param what as errors call it: `profile`
 * @param shown how errors name the file
 * @throws TuneError CONFIG
 */
export function readYaml<T>(path: string, shape: z.ZodType<T>, what: string, shown = path): YamlFile<T> {
  const { document, lines } = parsed(readText(path, what), what, shown)
  const root: ParsedNode | null = document.contents
  const where = (...at: Path) => {
    const offset = offsetOf(root, at)
    return offset === undefined ? shown : `${shown}:${lines.linePos(offset).line}`
  }
  const checked = shape.safeParse(document.toJS())
  if (checked.success) return { value: checked.data, where }
  // A misspelt key is also a missing one; the misspelling is what helps.
  const { issues } = checked.error
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  const at = (issue?.path ?? []).filter((step) => typeof step !== 'symbol')
  if (issue?.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys
    throw new TuneError('CONFIG', `${where(...at, key)}: unknown key ${key}`, {
      hint: didYouMean(key, keysAt(shape, at)),
    })
  }
  const name = at.length === 0 ? `the ${what}` : at.join('.')
  throw new TuneError('CONFIG', `${where(...at)}: ${name}: ${lower(issue?.message ?? 'is not valid')}`, {
    hint: `tune profile show prints one that is right`,
  })
}

/** A document as it is written: texts with their places, for who has a table of keys instead of a shape. */
export type YamlNode = {
  /** `file:line:column` */
  readonly place: string
} & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly YamlNode[] }
  | {
      readonly kind: 'map'
      readonly entries: readonly { readonly key: string; readonly place: string; readonly node: YamlNode }[]
    }
)

/**
 * @param what as errors call it: `plan`
 * @param shown how errors name the file
 * @throws TuneError CONFIG
 */
export function readYamlTree(path: string, what: string, shown = path): YamlNode {
  return yamlTree(readText(path, what), what, shown)
}

/** The same from a text. */
export function yamlTree(text: string, what: string, shown: string): YamlNode {
  const { document, lines } = parsed(text, what, shown)
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${shown}:${line}:${col}`
  }
  const nodeOf = (node: Node | null, place: string): YamlNode => {
    const own = node?.range ? placeAt(node.range[0]) : place
    if (isAlias(node)) return nodeOf(node.resolve(document) ?? null, own)
    if (isSeq<Node | null>(node)) {
      return { kind: 'list', place: own, items: node.items.map((item) => nodeOf(item, own)) }
    }
    if (isMap<Node, Node | null>(node)) {
      const entries = node.items.map(({ key, value }) => {
        const at = key.range ? placeAt(key.range[0]) : own
        return { key: String(key), place: at, node: nodeOf(value, at) }
      })
      return { kind: 'map', place: own, entries }
    }
    return { kind: 'text', place: own, text: isScalar(node) ? scalarText(node) : '' }
  }
  return nodeOf(document.contents, `${shown}:1:1`)
}

/** As it is written: `1_000` and `1e3` are for the reader of the value to take or to refuse. */
function scalarText({ value, source }: { value: unknown; source?: string }): string {
  return value === null ? '' : typeof value === 'string' ? value : (source ?? String(value))
}

function parsed(text: string, what: string, shown: string) {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [problem] = [...document.errors, ...document.warnings]
  if (problem === undefined) return { document, lines }
  const { line } = lines.linePos(problem.pos[0])
  throw new TuneError('CONFIG', `${shown}:${line}: ${lower(problem.message)}`, {
    hint: `mend the YAML of the ${what}`,
  })
}

/** Messages of libraries begin with a capital letter and may be long. */
function lower(message: string): string {
  const [line = ''] = message.split('\n')
  return line.charAt(0).toLowerCase() + line.slice(1).replace(/\.$/, '')
}

/** Where a value stands; its key, where it has one. A path that leads nowhere ends at the last step that exists. */
function offsetOf(root: ParsedNode | null, path: Path): number | undefined {
  let node: unknown = root
  let offset = root?.range[0]
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      if (pair === undefined) return offset
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset
      node = pair.value
    } else if (typeof node === 'object' && node !== null && 'items' in node && Array.isArray(node.items)) {
      node = node.items[Number(step)]
      if (isMap(node)) offset = node.range?.[0] ?? offset
    }
  }
  return offset
}

/** Keys that an object of the shape may have at a path. */
function keysAt(shape: z.ZodType, path: Path): string[] {
  let inner: unknown = shape
  for (const step of path) inner = member(inner, String(step))
  const fields = property(inner, 'shape')
  return typeof fields === 'object' && fields !== null ? Object.keys(fields) : []
}

function member(shape: unknown, step: string): unknown {
  const fields = property(shape, 'shape')
  const found =
    typeof fields === 'object' && fields !== null ? property(fields, step) : property(shape, 'element')
  // Optional and defaulted members wrap the shape.
  const wrapped = property(property(found, 'def'), 'innerType')
  return wrapped ?? found
}

function property(holder: unknown, name: string): unknown {
  return typeof holder === 'object' && holder !== null ? Reflect.get(holder, name) : undefined
}
