type Env = Readonly<Record<string, string | undefined>>

export declare const CLIENT: string
export declare const ADDON: string
export declare const packageDir: string
export declare function cacheDir(env?: Env): string
export declare function clientVersion(): string
export declare function nativeKey(version?: string): string
export declare function nativeCacheDir(env?: Env): string
export declare function clientCacheDir(env?: Env): string
export declare function findClient(env?: Env): string | undefined
export declare function findNative(env?: Env): { client: string; addon: string | undefined } | undefined
export declare function loadFrom(clientDir: string, addon: string): unknown
export declare function loadClient(env?: Env): unknown
