import { describe, expect, it } from 'vitest'
import { producerOf, topicOf } from '../../src/commands/http-kafka.ts'
import { baseSetup } from '../../src/http/config/base.ts'
import type { HttpSetup } from '../../src/http/setup.ts'

const setup = (name: string, more: Partial<HttpSetup>): HttpSetup => ({ ...baseSetup(name), ...more })

describe('topics of several configurations', () => {
  const [one, two] = [setup('one', { topic: 'a' }), setup('two', { topic: 'b' })]

  it('stand together as one, unless a flag names another', () => {
    expect(topicOf([one, two, one], undefined)).toBe('a,b')
    expect(topicOf([one, two], 'c')).toBe('c')
    expect(topicOf([one], undefined)).toBe('a')
    expect(topicOf([setup('three', {})], undefined)).toBeUndefined()
  })

  it('are one where only one is named', () => {
    expect(topicOf([one, setup('three', {})], undefined)).toBe('a')
  })

  it('are refused where some name one of several, and some none', () => {
    expect(() => topicOf([one, two, setup('three', {})], undefined)).toThrow(
      expect.objectContaining({
        exitCode: 2,
        message: 'three names no topic, and the others write to 2: a, b',
      }),
    )
  })
})

describe('producers of several configurations', () => {
  const producers = (...all: Record<string, string>[]) =>
    all.map((producer, n) => setup(`c${n + 1}`, { producer }))

  it('are one where they agree, with flags over them', () => {
    expect(producerOf(producers({ acks: '1' }, { acks: '1' }), { 'linger.ms': '0' })).toEqual({
      acks: '1',
      'linger.ms': '0',
    })
    expect(producerOf(producers({ acks: '1' }, { acks: 'all' }), { acks: '0' })).toEqual({ acks: '0' })
    expect(producerOf([], { acks: '0' })).toEqual({ acks: '0' })
  })

  it('are refused by the key in which they differ', () => {
    expect(() => producerOf(producers({ acks: '1' }, { acks: '1', 'linger.ms': '5' }), {})).toThrow(
      expect.objectContaining({
        exitCode: 2,
        message: 'the configurations ask for different producers: linger.ms is not set in c1 and is 5 in c2',
        hint: expect.stringContaining('--producer-props linger.ms=…'),
      }),
    )
  })
})
