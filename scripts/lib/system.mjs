// What the build of the native client needs of the operating system, and how to get it.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { which } from './run.mjs'

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
