/** What of a connector's configuration stands between its requests and its records: cache, conversion, balancing. */
import type { Clock } from '../../core/clock.ts'
import type { HttpResult } from '../../core/result.ts'
import { createEndpoints } from '../../http/balancing.ts'
import { createResponseCache } from '../../http/cache/response-cache.ts'
import { createSchemaCache } from '../../http/cache/schema-cache.ts'
import type { Poller } from '../../http/poller.ts'
import type { HttpSetup } from '../../http/setup.ts'
import { createConversion } from '../../http/transform/conversion.ts'
import { defined } from '../defined.ts'

export type PartsSeen = HttpResult['connectors'][number]

/** @throws TuneError CONFIG where the parts do not go together */
export function createParts(setup: HttpSetup, clock: Clock) {
  const { cache, balancing, plan } = setup
  const responses = cache === undefined || cache.tiers.length === 0 ? undefined : createResponseCache(cache)
  const schemas = cache?.schema === undefined ? undefined : createSchemaCache(cache.schema, clock.nowMs)
  const endpoints = balancing === undefined ? undefined : createEndpoints(balancing, plan.targets)
  const conversion = createConversion(setup, clock.nowMs, schemas)
  return {
    endpoints,
    convert: conversion.convert,
    ...(cache === undefined || responses === undefined ? {} : { cache: { settings: cache, responses } }),
    reset() {
      responses?.reset()
      schemas?.reset()
      endpoints?.reset()
      conversion.reset()
    },
    /** Since the last reset. */
    seen(poller: Poller, startMs: number): PartsSeen {
      const counts = responses?.counts(clock.nowMs())
      const { rejected, deadLetters, mostQueued } = poller.counts()
      const scaled = poller.scaled()
      return {
        name: setup.name,
        ...defined({ cache: counts === undefined ? undefined : { ...counts, tiers: [...counts.tiers] } }),
        ...defined({ age: responses?.ages(), schemas: schemas?.counts(), warming: poller.warmed() }),
        ...(endpoints === undefined ? {} : { endpoints: [...endpoints.counts()] }),
        conversion: conversion.counts(),
        rejected,
        deadLetters,
        mostQueued,
        ...(scaled.length === 0
          ? {}
          : { scaling: scaled.map((step) => ({ ...step, atMs: Math.max(0, step.atMs - startMs) })) }),
      }
    },
  }
}
