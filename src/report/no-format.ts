import { TuneError } from '../errors.ts'

/** A run without histograms of its own is not told in formats that consist of them. */
export function noFormat(name: string): TuneError {
  return new TuneError(
    'USAGE',
    `the run of a connector cannot be told as ${name}: it has no latencies of tune's own`,
    {
      hint: 'use --report table, json or markdown',
    },
  )
}
