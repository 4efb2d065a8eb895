export declare function familyOf(osRelease: string): string | undefined
export declare function systemFamily(): string | undefined
export declare function missingForBuild(env?: Readonly<Record<string, string | undefined>>): string[]
export declare function installCommand(
  missing: readonly string[],
  family: string | undefined,
): { packages: string[]; command: string } | undefined
