/** The one door to zstd in WebAssembly. */

interface Zstd {
  compress(plain: Uint8Array, level?: number): Uint8Array
  /** @param options how much room to make for a frame that does not say how long its content is */
  decompress(packed: Uint8Array, options?: { defaultHeapSize: number }): Uint8Array
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
