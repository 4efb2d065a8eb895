import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { missingForTests, postgresBin } from '../../scripts/lib/system.mjs'
import { hasJars } from '../../src/broker/jars.ts'
import { javaMajor } from '../../src/broker/java.ts'
import { nativeClientDir } from '../../src/native.ts'

/** What a test may need of the machine, and how to see it is there. */
const REQUIREMENTS = {
  'a JDK 17+ with Maven': () => javaMajorHere() >= 17 && (hasJars() || starts('mvn', '-v')),
  // javac makes a connector of a fixture
  'a Kafka Connect worker': () =>
    javaMajorHere() >= 17 && missingForTests().every((one) => one === 'postgresql' || one === 'chromium'),
  'Apache Flink': () => javaMajorHere() >= 17 && starts('mvn', '-v'),
  Chromium: () => !missingForTests().includes('chromium'),
  PostgreSQL: () => postgresBin() !== undefined,
  'the native client': () => nativeClientDir() !== undefined,
  openssl: () => starts('openssl', 'version'),
  'g++': () => starts('g++', '--version'),
  bash: () => starts('bash', '--version'),
  zsh: () => starts('zsh', '--version'),
  fish: () => starts('fish', '--version'),
  'root, to mount a small disk': () => process.getuid?.() === 0 && canMount(),
} as const satisfies Record<string, () => boolean>

export type Requirement = keyof typeof REQUIREMENTS

/** What no CI has to have: shells that completion is checked in where they are, a root that may mount. */
const OPTIONAL: ReadonlySet<Requirement> = new Set(['zsh', 'fish', 'root, to mount a small disk'])

const seen = new Map<Requirement, boolean>()

/**
 * `describe.skipIf(lacks('bash'))`: true when the machine lacks something, said aloud once. With CI=true it throws,
 * so that a test file cannot be skipped there.
 */
export function lacks(...needs: Requirement[]): boolean {
  const missing = needs.filter((need) => {
    const isHere = seen.get(need) ?? REQUIREMENTS[need]()
    seen.set(need, isHere)
    return !isHere
  })
  if (missing.length === 0) return false
  if (process.env.CI === 'true' && missing.some((need) => !OPTIONAL.has(need))) {
    throw new Error(`CI=true, and this machine lacks ${missing.join(', ')}`)
  }
  console.error(`\nSKIPPED: this machine lacks ${missing.join(', ')}\n`)
  return true
}

function javaMajorHere(): number {
  const path = process.env.JAVA_HOME ? `${process.env.JAVA_HOME}/bin/java` : 'java'
  return javaMajor(spawnSync(path, ['-version'], { encoding: 'utf8' }).stderr ?? '') ?? 0
}

/** Root in a container often may not. */
function canMount(): boolean {
  const dir = mkdtempSync(join(tmpdir(), 'tune-mount-'))
  const mounted = starts('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', dir)
  if (mounted) starts('umount', dir)
  rmdirSync(dir)
  return mounted
}

function starts(...[file, ...args]: [string, ...string[]]): boolean {
  return spawnSync(file, args, { stdio: 'ignore' }).status === 0
}
