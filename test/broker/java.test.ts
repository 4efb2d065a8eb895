import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { kafkaLacks } from '../../src/broker/index.ts'
import { kafkaJars } from '../../src/broker/jars.ts'
import { findJava, javaMajor } from '../../src/broker/java.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tune-test-'))
})
afterEach(() => {
  rmSync(dir, { recursive: true, force: true })
})

/** A JAVA_HOME whose java says it is of this version. */
function javaHome(version: string): string {
  mkdirSync(join(dir, 'bin'), { recursive: true })
  const java = join(dir, 'bin', 'java')
  writeFileSync(java, `#!/bin/sh\necho 'openjdk version "${version}" 2025-04-15' >&2\n`)
  chmodSync(java, 0o755)
  return dir
}

describe('the version of a JVM', () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['java version "1.8.0_392"', 8],
    ['openjdk version "25" 2025-09-16', 25],
    ['command not found', undefined],
  ])('in %s', (text, major) => {
    expect(javaMajor(text)).toBe(major)
  })

  it('must be 17 at least', async () => {
    await expect(findJava({ JAVA_HOME: javaHome('11.0.2') })).rejects.toMatchObject({
      code: 'MISSING',
      message: expect.stringContaining('Java 11'),
      hint: expect.stringContaining('17'),
    })
    await expect(findJava({ JAVA_HOME: javaHome('21.0.1') })).resolves.toMatchObject({ major: 21 })
  })

  it('is asked of a Java that may not be there', async () => {
    await expect(findJava({ PATH: dir })).rejects.toMatchObject({ code: 'MISSING' })
  })
})

describe('what a machine lacks', () => {
  it('is Maven where neither jars nor KAFKA_HOME nor Maven are', async () => {
    const env = { JAVA_HOME: javaHome('17.0.1'), PATH: dir, TUNE_CACHE: join(dir, 'cache') }
    expect(await kafkaLacks(env)).toMatch(/Maven/)
    expect(await kafkaLacks({ ...env, KAFKA_HOME: dir })).toBeUndefined()
  })

  it('is named when KAFKA_HOME is not a Kafka', async () => {
    await expect(kafkaJars(() => {}, { KAFKA_HOME: dir })).rejects.toMatchObject({ code: 'MISSING' })
    mkdirSync(join(dir, 'libs'))
    await expect(kafkaJars(() => {}, { KAFKA_HOME: dir })).rejects.toMatchObject({ code: 'MISSING' })
    writeFileSync(join(dir, 'libs', 'kafka-clients-4.0.0.jar'), '')
    const jars = await kafkaJars(() => {}, { KAFKA_HOME: dir, TUNE_CACHE: join(dir, 'cache') })
    expect(jars.version).toBe('4.0.0')
  })
})
