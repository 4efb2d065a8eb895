/** The setup that everything begins with: one task, no cache, records as they come. */
import { withoutLogins } from '../../secrets.ts'
import type { Paging } from '../pager.ts'
import type { Target } from '../plan.ts'
import { DEFAULT_RETRY } from '../retry.ts'
import { DEFAULT_CONNECTION } from '../settings.ts'
import type { HealthCheckSettings, HttpSetup } from '../setup.ts'

export const NO_PAGING: Paging = {
  kind: 'none',
  param: '',
  start: '',
  cursorPath: '',
  linkRel: 'next',
  maxPages: 1,
}

/** The guide's "Performance-Focused Health Checks". */
export const GUIDE_HEALTH_CHECKS: HealthCheckSettings = {
  enabled: true,
  responseTimeMs: 5000,
  cacheHitRatio: 0.7,
  errorRatio: 0.05,
}

/** Without targets it is for an API that is named later: by `--url`, or the stub that a bench starts. */
export function baseSetup(name: string, targets: readonly Target[] = []): HttpSetup {
  return {
    name,
    plan: {
      targets,
      tasks: 1,
      method: 'GET',
      headers: {},
      paging: NO_PAGING,
      threads: 1,
      queuePages: 50,
      parse: true,
      batchRecords: 500,
      retry: DEFAULT_RETRY,
    },
    connection: DEFAULT_CONNECTION,
    transform: {
      enabled: true,
      mappings: [],
      validation: false,
      enrichment: false,
      maxRecordBytes: 1024 * 1024,
      onError: 'skip',
    },
    converters: { key: 'string', value: 'json' },
    producer: {},
    healthChecks: GUIDE_HEALTH_CHECKS,
  }
}

/** A URL as it may be shown: without a login. What is none may have its secrets anywhere. */
export const shownUrl = (url: string): string =>
  URL.canParse(url)
    ? withoutLogins(url)
    : url.replace(/(:\/\/).*@/s, '$1[hidden]@').replace(/([?#]).*/s, '$1…')

/** undefined where it is no URL of http or https. */
export function httpUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url : undefined
}

/** What a target is called: its path, or its host where it has none. */
export const targetName = ({ pathname, host }: URL): string => (pathname === '/' ? host : pathname)
