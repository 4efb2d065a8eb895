import { describe, expect, it, test } from 'vitest'
import { TuneError } from '../../src/errors.ts'
import { type Calculator, calculator, type Request, size } from '../../src/sizing/calculator.ts'
import { f } from '../../src/sizing/formula.ts'
import { CALCULATORS } from '../../src/sizing/index.ts'
import { flagOf, refuse } from '../../src/sizing/inputs.ts'
import { KINDS } from '../../src/sizing/kinds.ts'
import { worksheet } from '../../src/sizing/worksheet.ts'
import { sizingOf } from './cases.ts'

const TEST = calculator({
  name: 'test',
  about: 'a calculator with an input of each sort',
  source: 'nowhere',
  example: 'tune size test --rate 5/s --bytes 1KiB',
  inputs: {
    rate: { kind: 'rate', about: 'a rate', measured: 'rate' },
    rates: { kind: 'rate', list: true, about: 'some rates', optional: true },
    bytes: { kind: 'bytes', about: 'a size', optional: true },
    dataRate: { kind: 'mibPerSec', about: 'the same as a data rate', optional: true },
    color: { kind: 'choice', choices: ['red', 'green'], about: 'a colour', default: 'red' },
    wait: { kind: 'seconds', about: 'a time', optional: true, max: 100 },
  },
  exactlyOne: [['bytes', 'dataRate']],
  size({ rate, rates, bytes, dataRate, color, wait }) {
    const sheet = worksheet()
    if (wait?.value === 13) throw refuse(wait, 'must not be 13', 'take 12')
    const all = [
      rate,
      ...(rates ?? []),
      ...(bytes === undefined ? [] : [bytes]),
      ...(dataRate === undefined ? [] : [dataRate]),
    ]
    return sheet.sized(sheet.step('sum', '', color, f`max(${all})`), 'the answer')
  },
})

function errorOf(request: Request): TuneError {
  try {
    size(TEST, request)
  } catch (error) {
    if (error instanceof TuneError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

const GOOD = { rate: '5/s', bytes: '1KiB' }

describe('inputs', () => {
  it('are echoed as understood, with what they count in and where they come from', () => {
    expect(size(TEST, { texts: { ...GOOD, rates: '10k,0.5/s', wait: '1m30s' } }).inputs).toEqual({
      rate: { value: 5, unit: 'records/s', text: '5.00/s', from: 'given' },
      rates: { value: [10_000, 0.5], unit: 'records/s', text: '10,000/s, 0.50/s', from: 'given' },
      bytes: { value: 1024, unit: 'B', text: '1 KiB', from: 'given' },
      color: { value: 'red', unit: '', text: 'red', from: 'default' },
      wait: { value: 90, unit: 's', text: '1m 30s', from: 'given' },
    })
  })

  it.each([
    [{ bytes: '1KiB' }, '--rate is needed: a rate', 'tune size test'],
    [{ rate: '5' }, '--bytes or --data-rate is needed: a size; or the same as a data rate', 'tune size test'],
    [{ ...GOOD, dataRate: '1MiB/s' }, '--bytes and --data-rate say the same thing twice', 'give one of'],
    [{ ...GOOD, rate: '-5' }, "--rate: '-5' is not a rate above 0", '20k/s'],
    [{ ...GOOD, rate: '-1' }, "--rate: '-1' is not a rate above 0", '20k/s'],
    [{ ...GOOD, rate: '0' }, "--rate: '0' is not a rate above 0", '20k/s'],
    [{ ...GOOD, rate: 'NaN' }, "--rate: 'NaN' is not a rate", '20k/s'],
    [{ ...GOOD, rate: 'Infinity' }, "--rate: 'Infinity' is not a rate", '20k/s'],
    [{ ...GOOD, rate: '1e30' }, "--rate: must be at most 1,000,000,000,000/s, not '1e30'", '20k/s'],
    [{ ...GOOD, rate: '100MiB/s' }, "--rate: '100MiB/s' is not a rate", '20k/s'],
    [{ ...GOOD, rates: '5,,6' }, "--rates: '' is not a rate", '20k/s'],
    [{ rate: '5', dataRate: '100' }, "--data-rate: '100' is not a data rate with its unit", '100MiB/s'],
    [{ ...GOOD, wait: '7' }, "--wait: '7' is not a time with its unit", '10s'],
    [{ ...GOOD, wait: '2m' }, "--wait: '2m' is longer than 1m 40s", '10s'],
    [{ ...GOOD, wait: '13s' }, '--wait: must not be 13', 'take 12'],
    [{ ...GOOD, color: 'rad' }, "--color: there is no 'rad'", 'did you mean red?'],
    [{ ...GOOD, byts: '1' }, '--byts: no input of test', 'did you mean bytes?'],
  ])('%j is refused: %s', (texts, message, hint) => {
    const error = errorOf({ texts })
    expect(error).toMatchObject({ code: 'USAGE', message, exitCode: 2 })
    expect(error.hint).toContain(hint)
  })

  it('are named in errors as the caller names them', () => {
    const error = errorOf({ texts: { ...GOOD, rate: 'x' }, label: (key) => `plan.yaml:7: workload.${key}` })
    expect(error.message).toBe("plan.yaml:7: workload.rate: 'x' is not a rate")
  })

  it('come from a saved run where none is given, and say which', () => {
    const saved = [
      { path: 'empty.json', result: {} },
      { path: 'run.json', result: { kind: 'producer', metrics: { recordsPerSec: 1234.5678 } } },
    ]
    const measured = size(TEST, { texts: { bytes: '1' }, saved })
    expect(measured.inputs.rate).toEqual({
      value: 1234.57,
      unit: 'records/s',
      text: '1,235/s',
      from: 'measured',
      source: 'run.json: metrics.recordsPerSec 1,235/s',
    })
    expect(size(TEST, { texts: GOOD, saved }).inputs.rate?.from).toBe('given')
  })
})

describe('every table of inputs', () => {
  const all = Object.values(CALCULATORS).flatMap(({ name, inputs }) =>
    Object.entries(inputs).map(([key, input]) => ({ name, key, input })),
  )

  it.each(all)('$name $key: its default is one a person could type', ({ key, input }) => {
    expect(flagOf(key)).toMatch(/^--[a-z]+(-[a-z]+)*$/)
    expect(['from', 'report', 'json']).not.toContain(key)
    if (input.kind !== 'choice') expect(KINDS).toHaveProperty(input.kind)
    else if (input.default !== undefined) expect(input.choices).toContain(input.default)
  })

  test.each(Object.values(CALCULATORS))(
    '$name: what it needs exactly one of is optional by itself',
    (calculator) => {
      for (const key of calculator.exactlyOne.flat()) expect(calculator.inputs[key]?.optional).toBe(true)
    },
  )

  test.each(Object.values(CALCULATORS))('$name is its name in the map', (calculator) => {
    expect(Object.entries(CALCULATORS).find(([, one]) => one === calculator)?.[0]).toBe(calculator.name)
  })
})

describe('a choice that decides which inputs there are', () => {
  const choosing = Object.values<Calculator>(CALCULATORS).filter(({ variants }) => variants !== undefined)

  test.each(choosing)(
    '$name: an input of several is the same in each, but for being needed',
    ({ variants }) => {
      const known = new Map<string, unknown>()
      for (const { inputs } of Object.values(variants?.of ?? {})) {
        for (const [key, { optional, ...input }] of Object.entries(inputs)) {
          expect(input, key).toEqual(known.get(key) ?? input)
          known.set(key, input)
        }
      }
    },
  )

  const refusal = (texts: Record<string, string>) => {
    try {
      return sizingOf('connector', texts).answer.text
    } catch (error) {
      return error instanceof TuneError ? [error.message, error.hint] : error
    }
  }

  it('is asked for first', () => {
    expect(refusal({ tables: '3' })).toEqual([
      '--kind is needed: connector, and its way to divide work over tasks',
      expect.stringMatching(/^one of confluent-v1, .*debezium; for example tune size connector /),
    ])
    expect(refusal({ kind: 'debezum', rate: '5' })).toEqual([
      "--kind: there is no 'debezum'",
      'did you mean debezium?',
    ])
  })

  it('refuses what belongs to another word, and says to which', () => {
    expect(refusal({ kind: 'castorm', entities: '3' })).toEqual([
      '--entities: no input of connector with --kind castorm',
      'it goes with --kind confluent-v1, confluent-cloud-v1',
    ])
    expect(refusal({ kind: 'castorm', intervall: '3' })).toEqual([
      '--intervall: no input of connector',
      'did you mean interval?',
    ])
    expect(refusal({ kind: 'debezium' })).toEqual([
      '--rate is needed: records per second at peak',
      expect.stringContaining('for example'),
    ])
  })
})

describe('a curve', () => {
  it('is the same calculation for less and more', () => {
    const texts = { produceRate: '20k', consumeRate: '12k' }
    const { curve } = sizingOf('partitions', { rate: '100k/s', ...texts })
    expect(curve?.points.map(({ x }) => x)).toEqual([50_000, 100_000, 200_000, 500_000, 1_000_000])
    for (const { x, y } of curve?.points ?? []) {
      expect(y).toBe(sizingOf('partitions', { rate: String(x), ...texts }).answer.value)
    }
  })
})
