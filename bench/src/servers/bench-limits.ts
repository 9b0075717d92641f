/**
 * Limits of a server of the bench: all its clients are one user from a few
 * addresses, ask as fast as they are answered, and some stall on purpose. The
 * rates are still counted, and as they are for everybody: what is left of one, in
 * thousandths, is a small integer, as with the defaults.
 */
const plenty = 1_000_000

/** What Tidewire's `limits` are in every scenario. */
export const benchLimits = {
  framesPerSecond: plenty,
  frameBurst: plenty,
  bytesPerSecond: plenty,
  userFramesPerSecond: plenty,
  addressFramesPerSecond: plenty,
  maxConnectionsPerAddress: plenty,
  maxConnectionsPerUser: plenty,
  // Readers that are stalled do not answer pings.
  heartbeatMs: 300_000,
} as const
