import type { Io } from '../src/commands/io.ts'

export interface TestIo extends Io {
  /** All that was written. */
  stdout: string
  stderr: string
}

/** A world without a terminal, that keeps what is written. */
export function testIo(differs: Partial<Io> = {}): TestIo {
  const io: TestIo = {
    stdout: '',
    stderr: '',
    out(text) {
      io.stdout += text
    },
    err(text) {
      io.stderr += text
    },
    outIsTerminal: false,
    errIsTerminal: false,
    inIsTerminal: false,
    columns: 80,
    outHasColor: false,
    errHasColor: false,
    env: process.env,
    cwd: process.cwd(),
    ask: async () => undefined,
    exitCode: 0,
    ...differs,
  }
  return io
}
