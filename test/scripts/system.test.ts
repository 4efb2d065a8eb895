import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  familyOf,
  installCommand,
  missingForBuild,
  missingForTests,
  postgresBin,
} from '../../scripts/lib/system.mjs'

describe('the packages a build needs', () => {
  it.each([
    ['ID=debian', 'debian'],
    ['NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian', 'debian'],
    ['ID=linuxmint\nID_LIKE="ubuntu debian"', 'debian'],
    ['ID="rocky"\nID_LIKE="rhel centos fedora"', 'fedora'],
    ['ID=alpine', 'alpine'],
    ['ID=plan9', undefined],
    ['', undefined],
  ])('know the system by os-release %j', (text, family) => {
    expect(familyOf(text)).toBe(family)
  })

  it('carry the names of the system', () => {
    expect(installCommand(['make', 'curl', 'ssl'], 'debian')?.packages).toEqual([
      'make',
      'libcurl4-openssl-dev',
      'libssl-dev',
    ])
    expect(installCommand(['g++', 'sasl'], 'fedora')?.command).toBe('dnf install -y gcc-c++ cyrus-sasl-devel')
    expect(installCommand(['make'], undefined)).toBeUndefined()
  })

  describe('on a machine', () => {
    let dir: string
    beforeEach(() => {
      dir = mkdtempSync(join(tmpdir(), 'tune-path-'))
    })
    afterEach(() => rmSync(dir, { recursive: true }))

    const program = (name: string, text: string) => {
      writeFileSync(join(dir, name), `#!/bin/sh\n${text}\n`)
      chmodSync(join(dir, name), 0o755)
    }

    it('are all missing without a compiler', () => {
      symlinkSync('/bin/sh', join(dir, 'bash'))
      expect(missingForBuild({ PATH: dir })).toEqual([
        ...['make', 'g++', 'python3'],
        ...['curl', 'ssl', 'sasl', 'zstd', 'lz4', 'zlib'],
      ])
    })

    it('are those whose header the compiler does not find', () => {
      for (const name of ['bash', 'make', 'python3']) program(name, '')
      program('g++', 'echo; echo lacks_sasl; echo lacks_lz4')
      expect(missingForBuild({ PATH: dir })).toEqual(['sasl', 'lz4'])
    })

    it('are a JDK, Maven, PostgreSQL and a browser for the tests', () => {
      program('mvn', '')
      expect(installCommand(missingForTests({ PATH: dir }, dir), 'debian')?.packages).toEqual([
        'openjdk-17-jdk-headless',
        'postgresql',
        'chromium',
      ])
      for (const name of ['javac', 'initdb', 'chromium']) program(name, '')
      expect(missingForTests({ PATH: dir }, dir)).toEqual([])
      expect(missingForTests({ PATH: dir, JAVA_HOME: dir }, dir)).toEqual(['jdk'])
    })

    it("are looked for where Debian keeps PostgreSQL's newest, else behind the link of the PATH", () => {
      expect(postgresBin({ PATH: dir }, dir)).toBeUndefined()
      const path = join(dir, 'links')
      mkdirSync(path)
      program('initdb', '')
      symlinkSync(join(dir, 'initdb'), join(path, 'initdb'))
      expect(postgresBin({ PATH: path }, join(dir, 'nowhere'))).toBe(realpathSync(dir))
      for (const version of ['9', '15']) {
        mkdirSync(join(dir, version, 'bin'), { recursive: true })
        writeFileSync(join(dir, version, 'bin', 'initdb'), '')
      }
      expect(postgresBin({ PATH: path }, dir)).toBe(join(dir, '15', 'bin'))
    })
  })
})
