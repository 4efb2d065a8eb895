export declare function familyOf(osRelease: string): string | undefined
export declare function systemFamily(): string | undefined
export declare function missingForBuild(env?: Readonly<Record<string, string | undefined>>): string[]
export declare function installCommand(
  missing: readonly string[],
  family: string | undefined,
): { packages: string[]; command: string } | undefined
export declare function missingForTests(
  env?: Readonly<Record<string, string | undefined>>,
  root?: string,
): string[]
export declare function postgresBin(
  env?: Readonly<Record<string, string | undefined>>,
  root?: string,
): string | undefined
export declare function bringPackages(
  missing: () => string[],
  context: {
    log: (line: string) => void
    logFile?: string
    env?: Readonly<Record<string, string | undefined>>
  },
): Promise<{ lacks: string[]; remedy?: string }>
