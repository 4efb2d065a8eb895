import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type CdcResult,
  type ConsumerResult,
  cdcResultSchema,
  consumerResultSchema,
  type E2eResult,
  e2eResultSchema,
  type HttpResult,
  httpResultSchema,
  type ProducerResult,
  producerResultSchema,
} from '../../src/core/result.ts'

const BIN = fileURLToPath(new URL('../../bin/tune.js', import.meta.url))

export interface Ended {
  code: number | string
  stdout: string
  stderr: string
}

export interface BuiltTune {
  child: ChildProcess
  stderr(): string
  /** Settles when standard error matches. */
  says(pattern: RegExp): Promise<void>
  ended: Promise<Ended>
}

/** The built `tune`, as users have it, in an empty folder of its own. */
export function startTune(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; detached?: boolean } = {},
): BuiltTune {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: options.cwd ?? mkdtempSync(join(tmpdir(), 'tune-e2e-')),
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: options.detached ?? false,
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => resolve({ code: code ?? signal ?? 'unknown', stdout, stderr }))
  })
  return {
    child,
    stderr: () => stderr,
    ended,
    async says(pattern) {
      while (!pattern.test(stderr)) {
        if (child.exitCode !== null) throw new Error(`tune ended before ${pattern}:\n${stderr}\n${stdout}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
  }
}

/** Runs it to its end. */
export function tune(args: readonly string[], options?: Parameters<typeof startTune>[1]): Promise<Ended> {
  return startTune(args, options).ended
}

/** The result of a producer bench on its standard output, checked against the schema. */
export function resultOf(ended: Ended): ProducerResult {
  return parsed(ended, producerResultSchema)
}

/** The same of an end-to-end bench. */
export function e2eResultOf(ended: Ended): E2eResult {
  return parsed(ended, e2eResultSchema)
}

/** The same of a bench of change events. */
export function cdcResultOf(ended: Ended): CdcResult {
  return parsed(ended, cdcResultSchema)
}

/** The same of a consumer bench. */
export function consumerResultOf(ended: Ended): ConsumerResult {
  return parsed(ended, consumerResultSchema)
}

/** The same of a bench that polls. */
export function httpResultOf(ended: Ended): HttpResult {
  return parsed(ended, httpResultSchema)
}

function parsed<T>(ended: Ended, schema: { parse(value: unknown): T }): T {
  try {
    return schema.parse(JSON.parse(ended.stdout))
  } catch (error) {
    throw new Error(
      `no result (exit ${ended.code}): ${error}\n${ended.stdout.slice(0, 2000)}\n${ended.stderr}`,
    )
  }
}
