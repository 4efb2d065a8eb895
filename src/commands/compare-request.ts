/** What a comparison is asked for: the command after `--`, what differs between the sides, and how they are judged. */
import type { GateRules } from '../baseline/gate.ts'
import { DEFAULT_RULES } from '../baseline/gate.ts'
import { isMetricName, METRICS, type MetricName } from '../core/metrics.ts'
import { TuneError } from '../errors.ts'
import { didYouMean } from '../nearest.ts'
import { parseRatio } from '../units.ts'

/** Benches that make runs which can be compared. */
const KINDS = ['producer', 'consumer', 'e2e', 'http', 'cdc'] as const

/** Splits operands at the word with which a command begins. @throws TuneError USAGE where it begins without that word */
export function commandIn(words: readonly string[]): { names: string[]; command: string[] } {
  const at = words.indexOf('bench')
  if (at >= 0) return { names: words.slice(0, at), command: words.slice(at) }
  const hasFlags = words.some((word) => word.startsWith('-'))
  // Alone, or in front of a file, it is a baseline's name
  const isKind = (word: string, n: number) => (n > 0 || hasFlags) && KINDS.some((kind) => kind === word)
  const first = words.findIndex((word, n) => word.startsWith('-') || isKind(word, n))
  if (first < 0) return { names: [...words], command: [] }
  const rest = words.slice(first).join(' ')
  throw new TuneError('USAGE', `${rest} is no command to run: it begins with bench`, {
    hint: `write it after --, as without tune: -- bench ${rest}`,
  })
}

/** Flags that `tune baseline` sets for every run itself. */
const TAKEN = ['--report', '--output', '--repeat', '--save', '--hlog'] as const
/** … and those with which nothing is run. */
const RUN_NOTHING = ['--dry-run', '--help', '-h'] as const

/** @throws TuneError USAGE */
export function checkCommand(command: readonly string[]): void {
  if (command[1] === 'connector') {
    throw new TuneError(
      'USAGE',
      'bench connector watches what runs elsewhere: there is nothing to run afresh',
      {
        hint: 'compare producer, consumer, e2e, http or cdc',
      },
    )
  }
  if (command.length < 2) {
    throw new TuneError('USAGE', 'what to run is missing: bench and its flags, after --', {
      hint: 'for example: tune baseline capture main -- bench producer --throughput 5000 --duration 15s',
    })
  }
  const [, kind = ''] = command
  if (!KINDS.some((one) => one === kind)) {
    throw new TuneError('USAGE', `there is no bench ${kind}`, { hint: didYouMean(kind, KINDS) })
  }
  const nothing = RUN_NOTHING.find((flag) => command.includes(flag))
  if (nothing !== undefined) {
    throw new TuneError('USAGE', `with ${nothing} nothing is run that could be compared`, {
      hint: `leave it out, or see it by itself: tune ${command.join(' ')}`,
    })
  }
  const taken = TAKEN.find((flag) => command.some((word) => word === flag || word.startsWith(`${flag}=`)))
  if (taken !== undefined) {
    throw new TuneError('USAGE', `${taken} is set for each run by tune baseline`, {
      hint: `leave it out after --, or give it in front of it`,
    })
  }
}

/** Words of a text as a shell would part them: blanks part, quotes keep together. @throws TuneError USAGE */
export function wordsOf(text: string, flag: string): string[] {
  const words: string[] = []
  const pattern = /\s*((?:[^\s"']+|"[^"]*"|'[^']*')+)/gy
  let end = 0
  for (const match of text.matchAll(pattern)) {
    words.push((match[1] ?? '').replace(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single))
    end = match.index + match[0].length
  }
  if (text.slice(end).trim() !== '') {
    throw new TuneError('USAGE', `${flag}: a quote is not closed in ${JSON.stringify(text)}`)
  }
  return words
}

/** @throws TuneError USAGE naming the nearest metric */
export function parseMetrics(text: string): MetricName[] {
  return text.split(',').map((one) => {
    const name = one.trim()
    if (isMetricName(name)) return name
    throw new TuneError('USAGE', `--judge: no metric ${JSON.stringify(name)}`, {
      hint: didYouMean(name, Object.keys(METRICS)) ?? 'for example: recordsPerSec,latency.p50Ms',
    })
  })
}

/** @throws TuneError USAGE */
export function parseRules(flags: { minChange?: string; tolerance?: string }): GateRules {
  const share = (text: string | undefined, flag: string, otherwise: number) =>
    text === undefined ? otherwise : parseRatio(text, flag)
  const rules = {
    ...DEFAULT_RULES,
    smallestChange: share(flags.minChange, '--min-change', DEFAULT_RULES.smallestChange),
    tolerance: share(flags.tolerance, '--tolerance', DEFAULT_RULES.tolerance),
  }
  if (rules.tolerance <= rules.smallestChange) {
    throw new TuneError('USAGE', '--tolerance has to be more than --min-change', {
      hint: 'what is surely below the tolerance passes, what is surely worse by the smallest change fails',
    })
  }
  return rules
}
