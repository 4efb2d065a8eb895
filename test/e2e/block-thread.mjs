// Loaded into a tune process by a test: blocks its main thread for a second when it is sent SIGUSR2.
process.on('SIGUSR2', () => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
})
