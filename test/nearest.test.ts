import { expect, test } from 'vitest'
import { didYouMean, nearest } from '../src/nearest.ts'

test('a slip or two in a word is a slip', () => {
  expect(nearest('through-put', ['throughput', 'duration'])).toBe('throughput')
  expect(nearest('lz5', ['gzip', 'lz4'])).toBe('lz4')
})

test('another number is not: all there are are named', () => {
  expect(didYouMean('19', ['8', '11', '17', '21'])).toBe('one of 8, 11, 17, 21')
  expect(didYouMean('3', ['single', 'multi'])).toBe('one of single, multi')
})
