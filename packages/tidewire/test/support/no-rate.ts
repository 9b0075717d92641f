import type { Limits } from '../../src/core/connection/limits.ts'

/** For tests of what is behind the rates (P-060): clients send as much as they like. */
export const noRate = {
  framesPerSecond: Number.MAX_SAFE_INTEGER,
  frameBurst: Number.MAX_SAFE_INTEGER,
  bytesPerSecond: Number.MAX_SAFE_INTEGER,
  userFramesPerSecond: Number.MAX_SAFE_INTEGER,
  addressFramesPerSecond: Number.MAX_SAFE_INTEGER,
} as const satisfies Partial<Limits>
