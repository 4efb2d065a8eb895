/** What the cases' answers look like in docs/benchmarks.md. */
import { median, spread } from './statistics.mjs'

/** Rates side by side: the first contender is tune, the others have a goal for the ratio to it. */
export function ratesTable({ rates, goals, unit = 'records/s' }) {
  const [first] = Object.keys(rates)
  const rows = Object.keys(rates).map((peer) => {
    const thousands = spread(
      rates[peer].map((rate) => rate / 1000),
      0,
    )
    if (peer === first) return `| ${peer} | ${thousands} | | | |`
    const ratios = rates[first].map((rate, round) => rate / rates[peer][round])
    const goal = goals[peer]
    const reached = goal === undefined ? '' : median(ratios) >= goal ? 'yes' : 'no'
    return `| ${peer} | ${thousands} | ${spread(ratios)} | ${goal === undefined ? '' : `>= ${goal}`} | ${reached} |`
  })
  return [
    `| tool | thousand ${unit} | ${first} against it | goal | reached |`,
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

/** Columns of spreads. @param rows [[label, ...cells]] */
export function table(titles, rows) {
  return [
    `| ${titles.join(' | ')} |`,
    `| ${titles.map(() => '---').join(' | ')} |`,
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n')
}
