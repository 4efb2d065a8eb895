import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseProperties } from '../src/properties-file.ts'

const read = (text: string) =>
  Object.fromEntries(parseProperties(text, 'client.properties').map(({ key, value }) => [key, value]))

/** As java.util.Properties.store writes a key or value. */
function escaped(text: string, isKey: boolean): string {
  return [...text]
    .map((char, at) => {
      if (char === ' ') return isKey || at === 0 ? '\\ ' : ' '
      if ('=:#!\\'.includes(char)) return `\\${char}`
      if (char === '\t') return '\\t'
      if (char === '\n') return '\\n'
      if (char === '\r') return '\\r'
      if (char === '\f') return '\\f'
      const code = char.charCodeAt(0)
      if (char.length > 1 || code < 0x20 || code > 0x7e) {
        return Array.from({ length: char.length }, (_, i) => {
          return `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`
        }).join('')
      }
      return char
    })
    .join('')
}

describe('a .properties file', () => {
  it('is read back as it was stored', () => {
    const entries = fc.dictionary(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.string({ unit: 'grapheme' }),
    )
    fc.assert(
      fc.property(entries, (properties) => {
        const text = Object.entries(properties)
          .map(([key, value]) => `${escaped(key, true)}=${escaped(value, false)}\n`)
          .join('')
        const found = parseProperties(text, 'f').map(({ key, value }) => [key, value])
        expect(found).toEqual(Object.entries(properties))
      }),
    )
  })

  it('takes =, : and white space between key and value', () => {
    expect(read('a=1\nb:2\nc 3\n  d  =  4\ne')).toEqual({ a: '1', b: '2', c: '3', d: '4', e: '' })
  })

  it('joins lines that end in a backslash, and not those that end in two', () => {
    expect(read('a=one, \\\n   two\nb=x\\\\\nc=3')).toEqual({ a: 'one, two', b: 'x\\', c: '3' })
  })

  it('leaves out comments and blank lines, but not what looks like a comment behind a value', () => {
    expect(read('# one\n! two\n\n   # three\na=1 # four')).toEqual({ a: '1 # four' })
  })

  it('knows the line of each key', () => {
    expect(parseProperties('# c\na=1\\\n2\nb=3', 'f').map(({ line }) => line)).toEqual([2, 4])
  })

  it('refuses a \\u without four hex digits', () => {
    expect(() => read('a=C:\\users')).toThrow(expect.objectContaining({ code: 'CONFIG' }))
  })
})
