/** From a configuration to what a poller has beside its plan; whoever measures reads the counts of each afterwards. */
import type { Clock } from '../core/clock.ts'
import { createEndpoints } from './balancing.ts'
import { createResponseCache } from './cache/response-cache.ts'
import { createSchemaCache } from './cache/schema-cache.ts'
import type { PollerIo } from './poller.ts'
import type { HttpSetup } from './setup.ts'
import { createConversion } from './transform/conversion.ts'

type Parted = Pick<HttpSetup, 'plan' | 'cache' | 'transform' | 'converters' | 'balancing' | 'scaling'>

export function createParts(setup: Parted, clock: Clock) {
  const { cache: settings, balancing, scaling, plan } = setup
  // Schemas may be kept without answers
  const responses = settings && settings.tiers.length > 0 ? createResponseCache(settings) : undefined
  const schemas = settings?.schema && createSchemaCache(settings.schema, clock.nowMs)
  const conversion = createConversion(setup, clock.nowMs, schemas)
  const endpoints = balancing && createEndpoints(balancing, plan.targets)
  const io: Pick<PollerIo, 'convert' | 'cache' | 'scaling'> = {
    convert: conversion.convert,
    ...(settings && responses && { cache: { settings, responses } }),
    ...(scaling && { scaling }),
  }
  return {
    /** For `createPoller`; its `fetch` takes the endpoints. */
    io,
    endpoints,
    responses,
    schemas,
    conversion,
    /** With the poller's own, when a phase begins: counts begin again, and what is kept stays. */
    reset(): void {
      for (const part of [responses, schemas, conversion, endpoints]) part?.reset()
    },
  }
}
