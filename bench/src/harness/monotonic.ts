/**
 * One clock for all processes of the bench: the machine's monotonic clock, so a
 * time stamped in the server can be compared in the load generator.
 */

// performance.now() runs on the same clock from an origin of its own, and does
// not allocate as a bigint does.
const originUs = Number(process.hrtime.bigint() / 1_000n) - performance.now() * 1_000

/** Now, in whole µs since an origin that all processes of this machine share. */
export function monotonicUs(): number {
  return Math.floor(originUs + performance.now() * 1_000)
}
