/** The connectors that configurations, a profile and flags ask for. No API is touched here. */
import { resolve } from 'node:path'
import type { Warning } from '../core/result.ts'
import { TuneError } from '../errors.ts'
import { baseSetup, NO_PAGING } from '../http/config/base.ts'
import { type Reading, readProperties } from '../http/config/read.ts'
import { readConfigFiles } from '../http/config/several.ts'
import { setupWarnings } from '../http/config/warnings.ts'
import { withFlags } from '../http/config/with-flags.ts'
import type { Paging } from '../http/pager.ts'
import type { HttpSetup } from '../http/setup.ts'
import { loadProfile } from '../profiles/profile.ts'
import type { HttpFlags } from './http-flags.ts'
import type { Io } from './io.ts'

export interface SetupsRead {
  /** Without a target they are for the stub. */
  readonly setups: readonly HttpSetup[]
  readonly readings: readonly Reading[]
  readonly profile: string | null
  readonly warnings: readonly Warning[]
}

/** A bench of seconds sees nothing of the guide's minute. */
const POLL_INTERVAL_MS = 1000

/** The stub's own way to page. */
const STUB_PAGING: Paging = {
  ...NO_PAGING,
  kind: 'cursor',
  param: 'cursor',
  limitParam: 'limit',
  limit: 100,
  cursorPath: 'next_cursor',
  maxPages: 1000,
}

/** @throws TuneError USAGE, CONFIG, UNSUPPORTED */
export function readSetups(flags: HttpFlags, io: Io): SetupsRead {
  const { config: files = [] } = flags
  const profile = flags.profile === undefined ? undefined : loadProfile(flags.profile, 'http', io.cwd)
  const entities = flags.entities?.split(',').map((one) => one.trim())
  const { readings, setups, warnings } =
    files.length > 0
      ? readConfigFiles(
          files.map((shown) => ({ path: resolve(io.cwd, shown), shown })),
          {
            env: io.env,
            ...(entities === undefined ? {} : { entities }),
            ...(profile === undefined ? {} : { profile: profile.properties }),
          },
        )
      : profile === undefined
        ? { readings: [], setups: [byFlags(flags)], warnings: [] }
        : alone(readProperties(profile.properties, profile.name))
  refuseForeign(readings, flags.profile)
  // Who says how the stub pages, and nothing else, wants it read so
  const isPlain = readings.length === 0 && flags.pagination === undefined && flags.parse !== false
  const asked =
    isPlain && flags.stubPagination !== undefined ? { ...flags, pagination: flags.stubPagination } : flags
  const changed = setups.map((setup) => withFlags(setup, asked, io.env))
  return {
    setups: changed,
    readings,
    profile: profile?.name ?? null,
    warnings: [
      // Of what flags may have changed the setups themselves tell
      ...readings.flatMap((one) => one.warnings.filter(({ id }) => id.startsWith('config-'))),
      ...readings.flatMap(keysNotUsed),
      ...changed.flatMap(setupWarnings),
      ...warnings,
    ],
  }
}

/** Neither a configuration nor a profile: what flags do not say. */
function byFlags({ url, parse, pollInterval, polls }: HttpFlags): HttpSetup {
  const setup = baseSetup('http')
  const isPaced = pollInterval === undefined && polls === undefined
  return {
    ...setup,
    ...(isPaced ? { pollIntervalMs: POLL_INTERVAL_MS } : {}),
    plan: {
      ...setup.plan,
      // Where the next page is, is written in the page
      paging: url === undefined && parse !== false ? STUB_PAGING : NO_PAGING,
    },
  }
}

function alone(reading: Reading) {
  return { readings: [reading], setups: reading.setups, warnings: [] }
}

/** A profile is in the guide's words, which no other connector reads. @throws TuneError USAGE */
function refuseForeign(readings: readonly Reading[], profile: string | undefined): void {
  const other = readings.find(({ dialect }) => dialect !== 'guide')
  if (profile === undefined || other === undefined) return
  throw new TuneError(
    'USAGE',
    `--profile ${profile} is in the guide’s words, and ${other.shown} is ${other.title}’s`,
    {
      hint: 'leave one of them out; flags change either',
    },
  )
}

function keysNotUsed({ shown, unknown, ignored, unread }: Reading): Warning[] {
  return [
    ...(unknown.length === 0
      ? []
      : [
          {
            id: 'config-unknown',
            text: `${shown}: nobody knows ${unknown.map(({ key, nearest }) => `${key}${nearest === undefined ? '' : ` (${nearest}?)`}`).join(', ')}`,
          },
        ]),
    ...(ignored.length === 0
      ? []
      : [
          {
            id: 'config-ignored',
            text: `${shown}: without effect here: ${ignored.map(({ key }) => key).join(', ')}`,
          },
        ]),
    ...(unread.length === 0
      ? []
      : [
          {
            id: 'config-unread',
            text: `${shown}: ${unread.length} of its properties are read by no connector that can be had: in a real one they do nothing`,
          },
        ]),
  ]
}
