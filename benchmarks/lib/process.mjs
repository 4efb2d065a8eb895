import { spawn } from 'node:child_process'

/**
 * Runs a command to its end.
 * @param onStart told the process id
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string, seconds: number }>}
 */
export function run(command, args, { timeoutMs = 300_000, env = process.env, cwd, onStart } = {}) {
  return new Promise((resolve, reject) => {
    const startMs = performance.now()
    const child = spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    onStart?.(child.pid)
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({ code, stdout, stderr, seconds: (performance.now() - startMs) / 1000 })
    })
  })
}

/** As `run`, and an error with what was printed when it does not end with 0 (or a code that is allowed). */
export async function must(command, args, options = {}) {
  const done = await run(command, args, options)
  if (done.code === 0 || options.allow?.includes(done.code)) return done
  throw new Error(
    `${command} ${args.join(' ')} ended with ${done.code}\n${done.stdout.slice(-2000)}\n${done.stderr.slice(-2000)}`,
  )
}
