/** The report of `tune baseline calibrate`: false alarms first, then what can be seen. */
import type { Calibration } from '../core/calibration.ts'
import { MISSING, plural } from './format.ts'
import { metricTitle } from './metric-text.ts'
import type { Report } from './model.ts'

export function calibrationReport(calibration: Calibration): Report {
  const { baseline, command, pairs, replaced, asTheyCame, unchanged, metrics } = calibration
  const isFalse = asTheyCame === 'regression'
  const blind = metrics.filter(({ smallestFound }) => smallestFound === undefined)
  return {
    title: `tune baseline calibrate ${baseline}`,
    subtitle: [
      command.join(' '),
      `${plural(pairs, 'pair')} of the same thing${replaced > 0 ? `, ${plural(replaced, 'run')} made again` : ''}`,
    ],
    banner: {
      level: isFalse ? 'warn' : 'ok',
      text: `${plural(unchanged.regressions, 'false alarm')} in ${plural(unchanged.gates, 'gate')} on this noise, and ${isFalse ? 'one' : 'none'} in these pairs as they came`,
      notes: [
        seenText(calibration),
        `an unchanged system takes ${unchanged.pairs.toFixed(1)} pairs on average, and ends inconclusive in ${percent(unchanged.inconclusive / unchanged.gates)} of gates`,
        ...(blind.length > 0 ? ['runs scatter too much here: make them longer, or the machine quieter'] : []),
      ],
    },
    sections: [
      {
        id: 'metrics',
        kind: 'table',
        title: 'Found, by how much worse it is',
        columns: [
          { title: '', align: 'left' },
          { title: 'noise', align: 'right' },
          ...(metrics[0]?.found ?? []).map(({ worsening }, at) => ({
            title: `+${percent(worsening)}`,
            align: 'right' as const,
            drop: 10 - at,
          })),
          { title: 'seen from', align: 'right' },
        ],
        rows: metrics.map(({ metric, noiseRatio, found, smallestFound }) => ({
          cells: [
            metricTitle(metric),
            percent(noiseRatio),
            ...found.map(({ share }) => `${Math.round(share * 100)} %`),
            smallestFound === undefined ? MISSING : percent(smallestFound),
          ],
        })),
        notes: [
          'noise = standard deviation of the difference between two runs of a pair',
          'the cells = share of gates that find it, on pairs drawn from these',
        ],
      },
    ],
    data: calibration,
  }
}

/** `seen nine times out of ten: Throughput 5 % worse, Latency P50 15 % worse` */
export function seenText({ metrics }: Calibration): string {
  const each = metrics.map(({ metric, smallestFound }) => {
    const seen = smallestFound === undefined ? 'nothing up to 50 %' : `${percent(smallestFound)} worse`
    return `${metricTitle(metric)} ${seen}`
  })
  return `seen nine times out of ten: ${each.join(', ')}`
}

function percent(share: number): string {
  return `${+(share * 100).toFixed(1)} %`
}
