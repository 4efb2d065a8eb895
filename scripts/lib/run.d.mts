type Env = Readonly<Record<string, string | undefined>>

export declare function run(
  argv: readonly string[],
  options?: { cwd?: string; env?: Env; log?: string; quiet?: boolean; timeoutMs?: number },
): Promise<{ code: number | null; output: string; reason: string }>
export declare function which(name: string, env?: Env): string | undefined
export declare function npmDir(env?: Env): string | undefined
export declare function npm(args: readonly string[], env?: Env): string[]
export declare function plainEnv(more?: Env, env?: Env): Record<string, string | undefined>
export declare function since(startMs: number): string
