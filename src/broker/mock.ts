import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { TuneError } from '../errors.ts'
import { NATIVE_REMEDY, nativeClientDir, nativeVersion } from '../native.ts'
import { launch, makeDataDir, newId } from './launch.ts'
import { type BrokerOptions, MOCK_LIMITS, type ThrowAwayBroker } from './options.ts'
import { packageDir } from './paths.ts'

export const MOCK_REMEDY = `set up the native client (${NATIVE_REMEDY})`

const Said = z.object({ brokers: z.array(z.object({ id: z.number(), port: z.number() })) })
type Said = z.infer<typeof Said>

/** The native client's folder, when it is installed and its binary is there or in the cache. */
export function nativeClient(): string | undefined {
  return nativeClientDir()
}

/** Starts librdkafka's mock cluster in a process of its own. */
export async function startMock(options: BrokerOptions): Promise<ThrowAwayBroker> {
  if (nativeClient() === undefined) {
    throw new TuneError('MISSING', 'the mock broker needs the native client, which is not here', {
      hint: MOCK_REMEDY,
    })
  }
  const chosen =
    options.port !== undefined ? '--port' : options.listeners?.length ? 'extra listeners' : undefined
  if (chosen !== undefined || options.config !== undefined || options.jvmFlags !== undefined) {
    throw new TuneError('UNSUPPORTED', `the mock broker does not take ${chosen ?? 'broker settings'}`, {
      hint: 'leave them out, or take --engine kafka',
    })
  }
  const version = nativeVersion()
  const dataDir = makeDataDir(0, () => {})
  const script = join(packageDir, 'bin/mock-broker.mjs')
  let said: Said | undefined
  try {
    return await launch(
      {
        id: newId(),
        dataDir,
        engine: 'mock',
        version,
        // the folder is an argument so that the process can be told from another that got its id
        commands: [
          {
            argv: [process.execPath, script, String(options.brokers), dataDir],
            cwd: dataDir,
            log: join(dataDir, 'mock.log'),
          },
        ],
        isReady: (_, output) => {
          said = parseSaid(output)
          return said !== undefined
        },
        describe: ([pid = 0]) => ({
          brokers: (said?.brokers ?? [])
            .map(({ id, port }) => ({ id, port, pid }))
            .sort((a, b) => a.id - b.id),
          listeners: {},
        }),
        limits: MOCK_LIMITS,
      },
      options,
    )
  } catch (error) {
    rmSync(dataDir, { recursive: true, force: true })
    throw error
  }
}

function parseSaid(output: string): Said | undefined {
  const line = output.split('\n').find((text) => text.startsWith('{"brokers"') && text.endsWith('}'))
  return line === undefined ? undefined : Said.parse(JSON.parse(line))
}
