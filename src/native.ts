/**
 * The door to the native client, whose binary may lie in tune's cache instead of its own package (scripts/native.mjs
 * says why). Nothing else may import `@confluentinc/kafka-javascript` as a value.
 */
import type * as Confluent from '@confluentinc/kafka-javascript'
import * as native from '../scripts/native.mjs'
import { messageOf, TuneError } from './errors.ts'

export type ConfluentClient = typeof Confluent

/** The remedy that every message about the native client names. */
export const NATIVE_REMEDY = 'tune doctor --fix'

/** Where the binary for this Node is kept: `<cache>/native/<version>-<abi>-<platform>-<libc>-<arch>`. */
export function nativeCacheDir(env: NodeJS.ProcessEnv = process.env): string {
  return native.nativeCacheDir(env)
}

/** The client's folder, when the client and a binary for this Node are there; that it loads is not proved. */
export function nativeClientDir(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const found = native.findNative(env)
  return found?.addon === undefined ? undefined : found.client
}

/** The version of the client that this version of tune is made for. */
export function nativeVersion(): string {
  return native.clientVersion()
}

/** Loads the client; on the main thread only, its addon is not context-aware. MISSING when that cannot be done. */
export function loadNativeClient(env: NodeJS.ProcessEnv = process.env): ConfluentClient {
  try {
    // The one parsed edge: the version is pinned, so its own type declarations hold.
    return native.loadClient(env) as ConfluentClient
  } catch (cause) {
    const reason = messageOf(cause).split('\n')[0] ?? ''
    throw new TuneError('MISSING', `the native Kafka client does not load: ${reason}`, {
      hint: `run: ${NATIVE_REMEDY}; or take --driver wire or kafkajs`,
      cause,
    })
  }
}

export interface NativeState {
  /** Undefined when it loads; else why not. */
  problem: string | undefined
  /** The version of librdkafka. */
  librdkafka: string | undefined
}

/** Loads the client in a child process, since an addon that does not fit may end the process. */
export async function probeNative(env: NodeJS.ProcessEnv = process.env): Promise<NativeState> {
  const found = native.findNative(env)
  if (found === undefined) return { problem: 'the package is not installed', librdkafka: undefined }
  if (found.addon === undefined) {
    return { problem: `no binary for ${native.nativeKey()}`, librdkafka: undefined }
  }
  const { probe } = await import('../scripts/lib/build-native.mjs')
  const said = await probe(found.client, found.addon)
  return { problem: said.problem, librdkafka: said.librdkafka }
}

/** Gets or builds the binary; `log` takes a line for a person. MISSING with the remedy when it cannot be had. */
export async function prepareNative(
  log: (line: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ how: string; librdkafka: string }> {
  const { prepareNative: prepare } = await import('../scripts/lib/build-native.mjs')
  const done = await prepare({ log, env })
  if (done.ok) return { how: done.how, librdkafka: done.librdkafka }
  throw new TuneError('MISSING', `the native Kafka client cannot be had: ${done.reason}`, {
    hint: done.remedy ?? 'the drivers wire and kafkajs work without it',
  })
}
