import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { jsonSchemas, schemaText } from '../src/schemas.ts'

const FOLDER = resolve(import.meta.dirname, '../schemas')

describe('the JSON Schemas that ship', () => {
  const schemas = Object.entries(jsonSchemas())

  it('are those of the code: npm run schemas writes them', () => {
    for (const [name, schema] of schemas) {
      expect(readFileSync(join(FOLDER, name), 'utf8'), name).toBe(schemaText(schema))
    }
  })

  it('are all of them', () => {
    expect(readdirSync(FOLDER).filter((name) => name.startsWith('tune.'))).toEqual(
      schemas.map(([name]) => name),
    )
  })
})
