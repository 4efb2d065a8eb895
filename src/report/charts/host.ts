/** The machine that `tune` ran on, second by second. */
import type { Interval } from '../../core/result.ts'
import type { LinesChart, Shade } from '../chart.ts'
import { rangeText, type Second, secondsChart } from './seconds.ts'

interface WatchedSecond extends Second {
  readonly host?: Interval['host']
}

export function hostChart(series: readonly WatchedSecond[], shades: readonly Shade[]): LinesChart[] {
  const cpu = series.map(({ host }) => host?.cpuRatio)
  return secondsChart(series, {
    id: 'host',
    title: 'This machine',
    about: `CPU of all cores ${rangeText(cpu, 'share', '')}: what runs here besides tune, a broker too, is in it.`,
    left: { title: 'of all', scale: 'share' },
    right: { title: 'bytes/s', scale: 'bytes' },
    shades,
    lines: [
      { title: 'CPU', style: 'line', color: 'first', together: 'mean', pick: ({ host }) => host?.cpuRatio },
      {
        title: 'memory',
        style: 'line',
        color: 'third',
        together: 'mean',
        pick: ({ host }) => host?.memoryRatio,
      },
      {
        title: 'network line',
        style: 'line',
        color: 'fourth',
        together: 'mean',
        pick: ({ host }) => host?.networkRatio,
      },
      {
        title: 'disk writes B/s',
        style: 'dashed',
        color: 'second',
        axis: 'right',
        together: 'mean',
        pick: ({ host }) => host?.diskWriteBytesPerSec,
      },
      {
        title: 'network B/s',
        style: 'dashed',
        color: 'quiet',
        axis: 'right',
        together: 'mean',
        pick: ({ host }) => host?.networkBytesPerSec,
      },
    ],
  })
}
