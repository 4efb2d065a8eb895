import type { Command } from 'commander'
import { REPORT_NAMES } from '../report/names.ts'
import { ANSWER_FLAGS, addFlags, type BenchFlags, type FlagGroups, REPEAT_FLAG } from './bench-flags.ts'

export interface ConnectorFlags extends BenchFlags {
  connectUrl?: string
  connector?: string
  metricsUrl?: string
  metricsField?: string[]
  jolokiaUrl?: string
  prometheusUrl?: string
  duration?: string
  interval?: string
  sourceLoad?: string
}

/** No histogram of `tune`'s own is in such a run. */
const HERE = ANSWER_FLAGS.filter(([flag]) => !/^--(report|hlog|debug) ?/.test(flag))

const GROUPS: FlagGroups = {
  'What is watched (any of them, each with ${env:NAME} for secrets):': [
    ['--connect-url <url>', 'REST of a Connect worker: state of connector and tasks'],
    ['--connector <name>', 'which one (the only one of the worker)'],
    ['--metrics-url <url>', 'JSON of the connector’s own, e.g. http://host:8080/health/metrics'],
    [
      '--metrics-field <field=path...>',
      'where a figure is in it: recordsWritten=.my.total cacheHitRatio=.rate%',
    ],
    ['--jolokia-url <url>', 'Jolokia on the worker, e.g. http://host:8778/jolokia'],
    ['--prometheus-url <url>', 'a scrape endpoint of the worker, or a Prometheus server'],
    ['--topic <a,b>', 'topics that it writes to: records/s from end offsets, right for every connector'],
    ['--bootstrap-server <host:port>', 'their cluster'],
    ['--command-config <file>', 'client.properties as the Java tools take it'],
    ['--connect-timeout <time>', 'first contact with the cluster (5s)'],
  ],
  'For how long:': [
    ['--duration <time>', 'from baseline to final sample (1m)'],
    ['--interval <time>', 'from sample to sample (1s)'],
    REPEAT_FLAG,
  ],
  'Load:': [
    [
      '--source-load <url=rate>',
      'drive the source meanwhile: a stub API (http://127.0.0.1:8080/records=500/s) or a table (postgres://me@db/shop?table=public.orders=500/s)',
    ],
    ['--yes', 'drive a source that is not on this machine without asking'],
  ],
  'The answer:': [
    ['--report <format>', `${REPORT_NAMES.join(', ')} (table)`, REPORT_NAMES],
    ['--rules <file|name>', 'alert rules instead of the guide’s; an alert then ends in exit code 1'],
    ...HERE,
  ],
}

export const addConnectorFlags = (command: Command): Command => addFlags(command, GROUPS, [])
