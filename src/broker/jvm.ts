import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { packageDir } from './paths.ts'

/** What a broker logs when its ports are open and the controller has let it in. */
export const STARTED = 'Kafka Server started'

export interface JvmPlan {
  java: string
  classPath: readonly string[]
  heapMb: number
  measured: boolean
  classArchive?: string | undefined
  flags?: readonly string[]
  /** Main class and its arguments. */
  main: readonly string[]
}

/** The flags of Kafka's own bin/kafka-run-class.sh, so that a measured broker runs as people run theirs. */
const MEASURED_FLAGS = [
  '-server',
  '-XX:+UseG1GC',
  '-XX:MaxGCPauseMillis=20',
  '-XX:InitiatingHeapOccupancyPercent=35',
  '-XX:+ExplicitGCInvokesConcurrent',
]

/** Fast to start and small; slow under load. */
const SMALL_FLAGS = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']

/** The command line of one JVM. */
export function jvm(plan: JvmPlan): string[] {
  const config = (name: string) => pathToFileURL(join(packageDir, 'poms', name)).href
  return [
    plan.java,
    ...(plan.measured ? [`-Xms${plan.heapMb}m`] : []),
    `-Xmx${plan.heapMb}m`,
    ...(plan.measured ? MEASURED_FLAGS : SMALL_FLAGS),
    ...(plan.classArchive === undefined ? [] : [`-XX:SharedArchiveFile=${plan.classArchive}`]),
    ...(plan.flags ?? []),
    '-XX:+ExitOnOutOfMemoryError',
    // no file in the temporary folder for jps and jstat, which SIGKILL would leave behind
    '-XX:-UsePerfData',
    '-Djava.awt.headless=true',
    `-Dlog4j2.configurationFile=${config('log4j2.properties')}`,
    `-Dlog4j.configuration=${config('log4j.properties')}`,
    '-cp',
    plan.classPath.join(delimiter),
    ...plan.main,
  ]
}
