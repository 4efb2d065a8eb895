/** The one door to zstd in WebAssembly. */

interface Zstd {
  compress(plain: Uint8Array, level?: number): Uint8Array
  decompress(packed: Uint8Array): Uint8Array
}

let loading: Promise<Zstd> | undefined

/** Loaded once: a second init() gives the library a new memory while the old one is in use, and it fails. */
export function loadZstd(): Promise<Zstd> {
  loading ??= (async () => {
    const zstd = await import('@bokuweb/zstd-wasm')
    await zstd.init()
    return zstd
  })()
  return loading
}
