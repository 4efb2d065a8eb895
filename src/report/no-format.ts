import { TuneError } from '../errors.ts'

/** A run without histograms of its own is not told in formats that consist of them. */
export function noFormat(name: string): TuneError {
  return refusal(
    `the run of a connector cannot be told as ${name}: it has no latencies of tune's own`,
    'use --report table, json, markdown, html or csv',
  )
}

/** @param what the report's title */
export function noView(name: string, what: string): TuneError {
  return refusal(`${what} cannot be told as ${name}`, 'use --report table, json, markdown or html')
}

function refusal(message: string, hint: string): TuneError {
  return new TuneError('USAGE', message, { hint })
}
