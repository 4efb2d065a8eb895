import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillReferences, withoutReferences } from '../src/config-providers.ts'
import { TuneError } from '../src/errors.ts'

/** Written apart, so that no template string is meant. */
const ref = (inner: string) => `$${`{${inner}}`}`
const fill = (value: string, env = {}) => fillReferences(value, 'sasl.jaas.config', 'c.properties', env)

let dir = ''
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tune-providers-'))
  writeFileSync(join(dir, 'secrets.properties'), 'kafka.password=p\\\\w=d\nother=x\n')
  writeFileSync(join(dir, 'password'), 'mounted\n')
})
afterAll(() => rmSync(dir, { recursive: true }))

describe('a reference in a value', () => {
  it('is filled from the environment, with and without an empty path', () => {
    expect(fill(`a-${ref('env:KEY')}-${ref('env::KEY')}`, { KEY: 'x' })).toBe('a-x-x')
  })

  it('is filled from a key of another .properties file', () => {
    expect(fill(ref(`file:${dir}/secrets.properties:kafka.password`))).toBe('p\\w=d')
  })

  it('is filled from a file of a folder, as Kubernetes mounts secrets, without the line end', () => {
    expect(fill(ref(`directory:${dir}:password`))).toBe('mounted')
  })

  it.each([
    ['env:NOPE', /NOPE.*not set/],
    ['file:/nowhere/f:key', /\/nowhere\/f/],
    ['directory:/nowhere:key', /\/nowhere\/key/],
  ])('names what is missing: %s', (inner, message) => {
    expect(() => fill(ref(inner))).toThrow(message)
  })

  it('names the key that a file does not have, and nothing that it has', () => {
    let said: unknown
    try {
      fill(ref(`file:${dir}/secrets.properties:kafka.pasword`))
    } catch (error) {
      said = error
    }
    expect(said).toBeInstanceOf(TuneError)
    expect(String(said)).toContain('kafka.pasword')
    expect(JSON.stringify(said)).not.toContain('p\\\\w=d')
  })

  it('is nothing of a value itself', () => {
    expect(withoutReferences(ref('env:A') + ref('file:/a:b'))).toBe('')
    expect(withoutReferences(`x${ref('env:A')}`)).toBe('x')
  })
})
