import { spawn } from 'node:child_process'
import { join } from 'node:path'

const root = new URL('../..', import.meta.url).pathname

/**
 * An HTTP server in a process of its own, which says in a line of JSON where it is and ends with its standard input.
 * @param argv of node
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
async function startServer(argv) {
  const child = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => child.once('close', resolve))
  const line = await new Promise((resolve, reject) => {
    let said = ''
    child.stdout.on('data', (chunk) => {
      said += chunk
      if (said.includes('\n')) resolve(said)
    })
    ended.then((code) => reject(new Error(`${argv.join(' ')} ended with ${code}`)))
  })
  return {
    url: JSON.parse(line).url,
    async stop() {
      child.stdin.end()
      await ended
    },
  }
}

/** `tune stub api` with these flags. */
export const startStubApi = (...flags) =>
  startServer([join(root, 'bin', 'tune.js'), 'stub', 'api', '--ready', 'json', ...flags])

/** The fastest that node's own server can be: one small answer, always the same. */
export const startPlainServer = () => startServer([join(root, 'benchmarks', 'bare', 'http-server.mjs')])
