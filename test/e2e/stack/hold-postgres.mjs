// Starts a PostgreSQL, says its process id, and never stops it: for a test that kills this process.
import { register } from 'node:module'

register('../ts-hooks.mjs', import.meta.url)
const { startPostgres } = await import('./postgres.ts')
const { pid } = await startPostgres()
process.stdout.write(`${pid}\n`)
process.stdin.resume()
