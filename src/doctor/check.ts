/** One thing that a machine has or lacks; a list of these is `tune doctor`. */
export interface Check {
  id: string
  title: string
  look(sight: Sight): Promise<Finding>
}

/** `ok`; `warn`: something works less well or not at all; `missing`: this alone makes every bench impossible. */
export type Level = 'ok' | 'warn' | 'missing'

export interface Finding {
  level: Level
  text: string
  /** The command that mends the gap. */
  remedy?: string
  /** Mends it without asking for rights or touching the system's own files; says what was done. */
  fix?: (log: (line: string) => void) => Promise<string>
}

/** What a check may see of the machine, so that a test can show it another one. */
export interface Sight {
  env: NodeJS.ProcessEnv
  nodeVersion: string
  /** The text of a file; undefined when it is not there. */
  read(path: string): string | undefined
  cores: number
  memoryBytes: number
  /** Free for this user on the file system of a folder. */
  freeDiskBytes(path: string): number
}
