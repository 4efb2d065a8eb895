// Writes schemas/*.json from the types that validate. Needs a build; `npm run schemas` makes one.
import { mkdir, writeFile } from 'node:fs/promises'
import { jsonSchemas, schemaText } from '../dist/schemas.js'

const folder = new URL('../schemas/', import.meta.url)
await mkdir(folder, { recursive: true })
for (const [name, schema] of Object.entries(jsonSchemas())) {
  await writeFile(new URL(name, folder), schemaText(schema))
  console.log(`schemas/${name}`)
}
