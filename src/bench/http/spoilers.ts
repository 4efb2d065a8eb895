/** What spoils numbers of a run that polls, said next to them. */
import type { Warning } from '../../core/result.ts'
import { longestSilence } from '../../core/silence.ts'
import { formatCount, plural } from '../../units.ts'
import type { HttpFacts } from './assemble.ts'
import { type ConfigFacts, loadOf } from './plan.ts'

/** A percentile rests on the samples above it; below a hundred it moves with each of them. */
const SAMPLES = 100 * 100

export function httpSpoilers(facts: HttpFacts, generatorLimited: boolean): Warning[] {
  const { plan, loaded, sink, endedEarly, interrupted } = facts
  const { records, requests, polls, outcome, warmup, counts } = loaded
  const { accounting } = sink
  const warnings: Warning[] = []
  const warn = (id: string, text: string) => warnings.push({ id, text })
  if (endedEarly !== undefined) warn('ended-early', `${endedEarly}: these are the numbers until then`)
  else if (interrupted) warn('interrupted', 'the run was interrupted: these are the numbers until then')
  if (generatorLimited) {
    warn(
      'generator-limited',
      'tune itself was late: the times tell of this machine, not of the API or the broker',
    )
  }
  if (accounting.acked === 0) {
    const why =
      counts.notModified === 0
        ? ''
        : `: ${plural(counts.notModified, 'page')} brought nothing new (304 Not Modified)`
    warn('nothing-acknowledged', `no record was acknowledged${why}`)
  }
  if (counts.recordsTwice > 0) {
    warn(
      'records-twice',
      `${formatCount(counts.recordsTwice)} records were read by a task although another one polls the same URL`,
    )
  }
  if (counts.recordsCached > 0) {
    warn(
      'records-cached',
      `${formatCount(counts.recordsCached)} records came from the cache: they were read, and written, before`,
    )
  }
  if (Object.keys(counts.rejected).length > 0) {
    warn(
      'rejected',
      `records were in error and not written (${named(counts.rejected)}); ${counts.deadLetters} of them went to the dead-letter topic`,
    )
  }
  if (requests.failed > 0) {
    warn(
      'request-errors',
      `${plural(requests.failed, 'request')} brought nothing (${named(requests.errors)})`,
    )
  }
  warnings.push(...unlikeCastorm(plan.configs, counts.rateLimited))
  if (polls.failed + polls.unknown > 0) {
    warn(
      'polls-failed',
      `${plural(polls.failed + polls.unknown, 'poll')} did not come to their end (${named(polls.errors)})`,
    )
  }
  if (counts.ends.repeats > 0) {
    warn(
      'cursor-repeats',
      `${plural(counts.ends.repeats, 'poll')} ended because the API led back to a page they had read`,
    )
  }
  if (counts.ends.elsewhere > 0) {
    warn(
      'leads-elsewhere',
      `${plural(counts.ends.elsewhere, 'poll')} ended because the API led on to another host, where tune does not follow: name that host's address`,
    )
  }
  const bad = accounting.failed + accounting.unknown
  if (bad > 0) {
    warn(
      'errors',
      `${formatCount(bad)} records were not acknowledged (${named(records.errors)}); they are in no histogram`,
    )
  }
  if (counts.recordsLeft > 0) {
    warn('left', `${formatCount(counts.recordsLeft)} records were read and not handed over before the end`)
  }
  if (outcome.unsent > 0)
    warn('unsent', `${formatCount(outcome.unsent)} polls were due and never begun: the lanes were busy`)
  const silence = longestSilence(records.series)
  if (silence !== undefined) {
    warn(
      'silence',
      `no record was answered for ${(silence.durationMs / 1000).toFixed(1)} s from second ${(silence.atMs / 1000).toFixed(0)} on`,
    )
  }
  const samples = requests.acked
  if (samples > 0 && samples < SAMPLES) {
    warn(
      'few-samples',
      `the API's p99 rests on ${plural(Math.floor(samples / 100), 'request')} above it: run longer to trust it`,
    )
  }
  if (loadOf(plan.instances).shape === 'unpaced') {
    warn('queueing', 'unpaced: a poll is due when its lane is free, so latency tells nothing of waiting')
  }
  if (warmup.steadyAtMs === null) {
    warn(
      'no-steady-state',
      `no steady state within ${Math.round(warmup.tookMs / 1000)} s of warm-up: numbers may still drift`,
    )
  }
  if (sink.effective.unsupported.length > 0) {
    warn('unsupported', `unsupported by ${sink.driver}: ${sink.effective.unsupported.join(', ')}`)
  }
  if ((accounting.lost ?? 0) > 0) warn('lost', `${accounting.lost} acknowledged records are not in the topic`)
  if ((accounting.duplicated ?? 0) > 0) {
    warn('duplicated', `${accounting.duplicated} records are in the topic twice`)
  }
  return warnings
}

/** A bad status fails a task of castorm's connector, whatever it is. */
export function unlikeCastorm(
  configs: readonly Pick<ConfigFacts, 'dialect' | 'file'>[],
  rateLimited: number,
): Warning[] {
  const files = configs.filter(({ dialect }) => dialect === 'castorm').map(({ file }) => file)
  if (rateLimited === 0 || files.length === 0) return []
  return [
    {
      id: 'castorm-429',
      text: `${rateLimited} answers were 429, after which tune asks again; castorm’s connector would have failed its task (${files.join(', ')})`,
    },
  ]
}

function named(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([code, count]) => `${code} ${formatCount(count)}`)
    .join(', ')
}
