/** The records that a stub API has: record n is the same for the same seed, and is made when it is asked for. */
import { fillLetters, randomOf } from '../../records/random.ts'
import type { StubOptions } from './options.ts'

/** Text to cut payloads from: a record has the letters from a place of its own on. */
const LETTERS_BYTES = 64 * 1024

export type RecordText = (n: number) => string

export function stubRecords({ recordBytes, seed }: Pick<StubOptions, 'recordBytes' | 'seed'>): RecordText {
  const bytes = Buffer.alloc(LETTERS_BYTES)
  fillLetters(bytes, randomOf(seed, 1))
  const letters = bytes.toString('latin1')
  return (n) => {
    const head = `{"id":${n},"name":"record-${n}","amount":${((n * 7919) % 100_000) / 100},"updated_at":"${timeOf(n)}","payload":"`
    const tail = '"}'
    const room = Math.max(0, recordBytes - head.length - tail.length)
    return head + cut(letters, n, room) + tail
  }
}

const EPOCH_MS = Date.UTC(2025, 0, 1)

/** One second after the other: newer records have higher ids. */
function timeOf(n: number): string {
  return new Date(EPOCH_MS + n * 1000).toISOString()
}

function cut(letters: string, n: number, length: number): string {
  const from = (n * 61) % letters.length
  let text = letters.slice(from, from + length)
  while (text.length < length) text += letters.slice(0, length - text.length)
  return text
}
