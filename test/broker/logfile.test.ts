import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { follow, keepLog, reasonIn } from '../../src/broker/logfile.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tune-test-'))
})
afterEach(() => {
  rmSync(dir, { recursive: true, force: true })
})

describe('the reason in a log', () => {
  it('is the innermost cause of a stack trace', () => {
    const log = `12:00:00,001 ERROR KafkaRaftServer - Exiting Kafka due to fatal exception
org.apache.kafka.common.KafkaException: Socket server failed to bind to 127.0.0.1:9092
\tat kafka.network.Acceptor.open(SocketServer.scala:1)
Caused by: java.net.BindException: Address already in use
\tat java.base/sun.nio.ch.Net.bind0(Native Method)
12:00:00,002 INFO  App - bye
`
    expect(reasonIn(log)).toBe('BindException: Address already in use')
  })

  it('is found where the JVM itself ends', () => {
    expect(reasonIn('x\nException in thread "main" java.lang.OutOfMemoryError: Java heap space\n')).toBe(
      'OutOfMemoryError: Java heap space',
    )
    expect(reasonIn('Error: Could not find or load main class kafka.Kafka\n')).toBe(
      'Error: Could not find or load main class kafka.Kafka',
    )
  })

  it('is the last ERROR line, else the last line, else that there is none', () => {
    expect(reasonIn('12:00:00,001 ERROR KafkaServer - no log dirs\n12:00:00,002 INFO  X - done\n')).toBe(
      'no log dirs',
    )
    expect(reasonIn('one\ntwo\n\n')).toBe('two')
    expect(reasonIn('')).toBe('it wrote nothing')
  })
})

describe('a followed file', () => {
  it('gives what was added, and nothing before it exists', () => {
    const path = join(dir, 'log')
    const read = follow(path)
    expect(read()).toBe('')
    writeFileSync(path, 'one\n')
    expect(read()).toBe('one\n')
    expect(read()).toBe('')
    appendFileSync(path, 'two\n')
    expect(read()).toBe('two\n')
  })
})

describe('kept logs', () => {
  it('are at most ten, the oldest go', () => {
    const log = join(dir, 'log')
    writeFileSync(log, 'text')
    const kept = join(dir, 'kept')
    for (let i = 10; i < 25; i += 1) keepLog(log, kept, `${i}.log`)
    expect(readdirSync(kept)).toHaveLength(10)
    expect(existsSync(join(kept, '14.log'))).toBe(false)
    expect(existsSync(join(kept, '24.log'))).toBe(true)
  })
})
