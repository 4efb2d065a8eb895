import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  checkCommand,
  commandIn,
  parseMetrics,
  parseRules,
  wordsOf,
} from '../../src/commands/compare-request.ts'
import { TuneError } from '../../src/errors.ts'

describe('a comparison', () => {
  it('finds the command behind the names', () => {
    expect(commandIn(['main', 'bench', 'producer', '--duration', '5s'])).toEqual({
      names: ['main'],
      command: ['bench', 'producer', '--duration', '5s'],
    })
    expect(commandIn(['a.json', 'b.json'])).toEqual({ names: ['a.json', 'b.json'], command: [] })
  })

  it('says how a command begins where one stands without bench', () => {
    expect(() => commandIn(['main', 'producer', '--duration', '5s'])).toThrow(
      'producer --duration 5s is no command to run: it begins with bench',
    )
    expect(() => commandIn(['main', '--throughput', '5000'])).toThrow('it begins with bench')
    expect(() => commandIn(['producer', '--throughput', '5000'])).toThrow('begins with bench')
    expect(commandIn(['producer', 'a.json']).names).toEqual(['producer', 'a.json'])
  })

  it('refuses a command that is none, and flags that it sets itself', () => {
    expect(() => checkCommand([])).toThrow('what to run is missing')
    expect(() => checkCommand(['bench', 'producer', '--report', 'json'])).toThrow('--report is set')
    expect(() => checkCommand(['bench', 'producer', '--repeat=3'])).toThrow('--repeat is set')
    expect(() => checkCommand(['bench', 'producer', '--output', 'x'])).toThrow('--output is set')
    expect(() => checkCommand(['bench', 'producer', '--dry-run'])).toThrow('nothing is run')
    expect(() => checkCommand(['bench', 'prodcer'])).toThrow('there is no bench prodcer')
    expect(() => checkCommand(['bench', 'bench', 'producer'])).toThrow('there is no bench bench')
    expect(() => checkCommand(['bench', 'producer', '--reporting-interval', '1s'])).not.toThrow()
  })

  it('parts flags as a shell would', () => {
    expect(wordsOf(`--producer-props linger.ms=20 'a b' "c 'd'" e"f g"h`, '--a')).toEqual([
      '--producer-props',
      'linger.ms=20',
      'a b',
      "c 'd'",
      'ef gh',
    ])
    expect(() => wordsOf(`--tag "open`, '--b')).toThrow('--b: a quote is not closed')
  })

  it('keeps every word that is quoted', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[^'\\]+$/), { maxLength: 5 }), (words) => {
        expect(wordsOf(words.map((word) => `'${word}'`).join(' '), '--a')).toEqual(words)
      }),
    )
  })

  it('names the nearest metric', () => {
    expect(parseMetrics('recordsPerSec, latency.p99Ms')).toEqual(['recordsPerSec', 'latency.p99Ms'])
    try {
      parseMetrics('latency.p55Ms')
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(TuneError)
      expect((error as TuneError).hint).toContain('latency.p50Ms')
    }
  })

  it('has room between what fails and what passes', () => {
    expect(parseRules({ minChange: '2%', tolerance: '10%' })).toMatchObject({
      smallestChange: 0.02,
      tolerance: 0.1,
    })
    expect(() => parseRules({ minChange: '5%' })).toThrow('--tolerance has to be more')
  })
})
