/** A plan file as texts with places: every value by its path, checked against the table of keys. */
import { TuneError } from '../errors.ts'
import { didYouMean } from '../nearest.ts'
import type { YamlNode } from '../profiles/yaml.ts'
import type { Saved } from '../sizing/calculator.ts'
import { readInput } from '../sizing/inputs.ts'
import { type Field, fieldsOf, keyOf, SECTIONS, type SectionName } from './fields.ts'

/** What the file says under a path. */
export interface Given {
  readonly text: string
  /** `pipeline.yaml:4:9` */
  readonly place: string
}

export interface PlanFile {
  /** As errors and reports call it. */
  readonly shown: string
  readonly name: string
  /** By path: `workload.peak`, `groups.fraud.process-time`. */
  readonly given: ReadonlyMap<string, Given>
  /** Names of the entries of each section that is a list, in their order. */
  readonly entries: { readonly groups: readonly string[]; readonly connectors: readonly string[] }
  /** Sections that are there, be they empty. */
  readonly sections: ReadonlySet<SectionName>
  /** Runs that measured what the file does not say. */
  readonly saved: readonly Saved[]
}

/**
 * @param saved looked at in turn for inputs that the file does not give
 * @throws TuneError USAGE with `file:line:column` and the path of what is wrong
 */
export function readPlanFile(tree: YamlNode, shown: string, saved: readonly Saved[] = []): PlanFile {
  const given = new Map<string, Given>()
  const entries: { groups: string[]; connectors: string[] } = { groups: [], connectors: [] }
  const sections = new Set<SectionName>()
  let name = 'pipeline'
  for (const { key, place, node } of entriesOf(tree, 'the plan')) {
    if (key === 'name') {
      name = textOf(node, place, key)
    } else if (!isSection(key)) {
      throw unknown(key, place, ['name', ...Object.keys(SECTIONS)])
    } else {
      sections.add(key)
      if (key === 'groups' || key === 'connectors') readList(node, key, given, entries[key])
      else readFields(node, key, fieldsOf(key), given)
    }
  }
  const file = { shown, name, given, entries, sections, saved }
  checkNeeded(file)
  return file
}

function isSection(key: string): key is SectionName {
  return Object.hasOwn(SECTIONS, key)
}

function entriesOf(node: YamlNode, what: string): Extract<YamlNode, { kind: 'map' }>['entries'] {
  if (node.kind === 'map') return node.entries
  // `flink:` with every key left out
  if (node.kind === 'text' && node.text === '') return []
  throw new TuneError('USAGE', `${node.place}: ${what}: must be keys with values`, {
    hint: 'tune plan init writes one that is right',
  })
}

function textOf(node: YamlNode, place: string, path: string): string {
  if (node.kind === 'text' && node.text !== '') return node.text
  if (node.kind === 'list' && node.items.every(({ kind }) => kind === 'text')) {
    return node.items.map((item) => textOf(item, item.place, path)).join(',')
  }
  throw new TuneError('USAGE', `${place}: ${path}: must be one value`, {
    hint: `for example ${path}: 100k/s`,
  })
}

function unknown(key: string, place: string, keys: readonly string[]): TuneError {
  return new TuneError('USAGE', `${place}: unknown key ${key}`, { hint: didYouMean(key, keys) })
}

function readFields(
  node: YamlNode,
  prefix: string,
  fields: ReadonlyMap<string, Field>,
  given: Map<string, Given>,
): void {
  for (const { key, place, node: value } of entriesOf(node, prefix)) {
    const field = fields.get(key)
    const path = `${prefix}.${key}`
    if (field === undefined) throw unknown(key, place, [...fields.keys()])
    const text = textOf(value, place, path)
    if (field.kind !== 'name') readInput(key, field, text, `${place}: ${path}`)
    else checkName(text, `${place}: ${path}`)
    given.set(path, { text, place })
  }
}

/** Names stand in commands, file names and paths. */
function checkName(text: string, label: string): void {
  if (/^[\w.-]{1,249}$/.test(text)) return
  throw new TuneError('USAGE', `${label}: '${text}' is not a name`, {
    hint: 'letters, digits, dot, dash and underscore, as in a topic',
  })
}

function readList(
  node: YamlNode,
  section: 'groups' | 'connectors',
  given: Map<string, Given>,
  names: string[],
): void {
  if (node.kind === 'text' && node.text === '') return
  if (node.kind !== 'list') {
    throw new TuneError('USAGE', `${node.place}: ${section}: must be a list`, {
      hint: `for example ${section}: [{ name: one }]`,
    })
  }
  for (const item of node.items) {
    const own = entriesOf(item, section).find(({ key }) => key === 'name')
    if (own === undefined) {
      throw new TuneError('USAGE', `${item.place}: ${section}: an entry needs a name`, {
        hint: 'for example - name: fraud',
      })
    }
    const name = textOf(own.node, own.place, `${section}.name`)
    if (names.includes(name)) {
      throw new TuneError('USAGE', `${own.place}: ${section}: there are two called ${name}`, {
        hint: 'give each a name of its own',
      })
    }
    names.push(name)
    readFields(item, `${section}.${name}`, fieldsOf(section), given)
  }
}

function checkNeeded(file: PlanFile): void {
  for (const [section, { fields }] of Object.entries(SECTIONS)) {
    for (const [key, field] of Object.entries<Field>(fields)) {
      const isNeeded = field.default === undefined && field.optional !== true
      if (!isNeeded || section === 'groups' || section === 'connectors') continue
      const path = `${section}.${keyOf(key)}`
      if (file.given.has(path)) continue
      throw new TuneError('USAGE', `${file.shown}: ${path} is needed: ${field.about}`, {
        hint: 'tune plan init writes a file to begin with',
      })
    }
  }
}
