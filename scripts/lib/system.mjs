// What the build of the native client and the tests need of the operating system, and how to get it: the names of its
// packages stand here and nowhere else.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run, which } from './run.mjs'

const TOOLS = ['bash', 'make', 'g++', 'python3']

/** Header, by the library that librdkafka links against (its INTRODUCTION.md, "Build"). */
const HEADERS = {
  curl: 'curl/curl.h',
  ssl: 'openssl/ssl.h',
  sasl: 'sasl/sasl.h',
  zstd: 'zstd.h',
  lz4: 'lz4.h',
  zlib: 'zlib.h',
}

const SYSTEMS = {
  debian: {
    install: 'apt-get install -y --no-install-recommends',
    packages: {
      curl: 'libcurl4-openssl-dev',
      ssl: 'libssl-dev',
      sasl: 'libsasl2-dev',
      zstd: 'libzstd-dev',
      lz4: 'liblz4-dev',
      zlib: 'zlib1g-dev',
      'g++': 'g++',
      jdk: 'openjdk-17-jdk-headless',
      maven: 'maven',
      postgresql: 'postgresql',
      chromium: 'chromium',
    },
  },
  fedora: {
    install: 'dnf install -y',
    packages: {
      curl: 'libcurl-devel',
      ssl: 'openssl-devel',
      sasl: 'cyrus-sasl-devel',
      zstd: 'libzstd-devel',
      lz4: 'lz4-devel',
      zlib: 'zlib-devel',
      'g++': 'gcc-c++',
      jdk: 'java-17-openjdk-devel',
      maven: 'maven',
      postgresql: 'postgresql-server',
      chromium: 'chromium',
    },
  },
  alpine: {
    install: 'apk add',
    packages: {
      curl: 'curl-dev',
      ssl: 'openssl-dev',
      sasl: 'cyrus-sasl-dev',
      zstd: 'zstd-dev',
      lz4: 'lz4-dev',
      zlib: 'zlib-dev',
      'g++': 'g++',
      jdk: 'openjdk17-jdk',
      maven: 'maven',
      postgresql: 'postgresql',
      chromium: 'chromium',
    },
  },
}

const FAMILY = { ubuntu: 'debian', rhel: 'fedora', centos: 'fedora' }

/** `debian`, `fedora`, `alpine`, or undefined, from the text of /etc/os-release. */
export function familyOf(osRelease) {
  const value = (key) =>
    new RegExp(`^${key}=(.*)$`, 'm').exec(osRelease)?.[1]?.replaceAll('"', '').split(' ') ?? []
  for (const id of [...value('ID'), ...value('ID_LIKE')]) {
    const family = FAMILY[id] ?? id
    if (Object.hasOwn(SYSTEMS, family)) return family
  }
  return undefined
}

/** The family of this machine. */
export function systemFamily() {
  try {
    return familyOf(readFileSync('/etc/os-release', 'utf8'))
  } catch {
    return undefined
  }
}

/** What is missing here to build: names of tools and libraries. */
export function missingForBuild(env = process.env) {
  const tools = TOOLS.filter((tool) => which(tool, env) === undefined)
  if (tools.includes('g++')) return [...tools, ...Object.keys(HEADERS)]
  // Asks the compiler itself, which knows where this system keeps its headers.
  const source = Object.entries(HEADERS)
    .map(([library, header]) => `#if !__has_include(<${header}>)\nlacks_${library}\n#endif`)
    .join('\n')
  const asked = spawnSync('g++', ['-E', '-P', '-x', 'c++', '-'], {
    env,
    input: `${source}\n`,
    encoding: 'utf8',
  })
  const lacking = [...(asked.stdout ?? '').matchAll(/^lacks_(\w+)$/gm)].map((match) => match[1])
  return [...tools, ...lacking]
}

/** The packages that bring what is missing, and the command that installs them as root. */
export function installCommand(missing, family) {
  const system = family === undefined ? undefined : SYSTEMS[family]
  if (system === undefined) return undefined
  const packages = missing.map((name) => system.packages[name] ?? name)
  return { packages, command: `${system.install} ${packages.join(' ')}` }
}

/** Debian keeps each version's server apart, out of the PATH. */
const POSTGRES_ROOT = '/usr/lib/postgresql'

/** What is missing here for the tests on real components. */
export function missingForTests(env = process.env, root = POSTGRES_ROOT) {
  const here = {
    jdk: env.JAVA_HOME ? existsSync(join(env.JAVA_HOME, 'bin/javac')) : which('javac', env) !== undefined,
    maven: which('mvn', env) !== undefined,
    postgresql: postgresBin(env, root) !== undefined,
    chromium: which('chromium', env) !== undefined,
  }
  return Object.keys(here).filter((name) => !here[name])
}

/** The folder with all of PostgreSQL's programs: Debian's newest, else where the server of the PATH lies. */
export function postgresBin(env = process.env, root = POSTGRES_ROOT) {
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : []
  const bin = versions
    .map((version) => join(root, version, 'bin'))
    .find((dir) => existsSync(join(dir, 'initdb')))
  const initdb = which('initdb', env)
  return bin ?? (initdb === undefined ? undefined : dirname(realpathSync(initdb)))
}

/**
 * Installs the packages of what `missing()` names, where that is allowed: root, with apt-get. Comes back with what is
 * missing still, and the command line for a person where there is one.
 */
export async function bringPackages(missing, { log, logFile, env = process.env }) {
  const lacks = missing()
  if (lacks.length === 0) return { lacks }
  const install = installCommand(lacks, systemFamily())
  const isRoot = process.getuid?.() === 0
  const remedy = install === undefined ? undefined : `${isRoot ? '' : 'sudo '}${install.command}`
  if (!isRoot || install === undefined || which('apt-get', env) === undefined) return { lacks, remedy }
  log(`installing ${install.packages.join(' ')}`)
  const how = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' }, log: logFile }
  await run(['apt-get', 'update'], { ...how, timeoutMs: 300_000 })
  await run(install.command.split(' '), { ...how, timeoutMs: 600_000 })
  return { lacks: missing(), remedy }
}
