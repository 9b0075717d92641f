/**
 * The limits of the protocol itself (PROTOCOL.md, section 7): the same on every
 * server, because a client may rely on them. What an operator may change is an
 * option of the server.
 */
export const protocolLimits = {
  /** Frames in one array. */
  maxFramesPerArray: 64,
  /** Nested arrays and objects in one frame. */
  maxDepth: 32,
  /** Bytes of UTF-8 in a request id. */
  maxIdBytes: 64,
  /** Bytes of UTF-8 in a dedupe key. */
  maxKeyBytes: 128,
  /** Characters in a channel name. */
  maxChannelBytes: 255,
  /** Bytes of UTF-8 in a close reason. */
  maxReasonBytes: 123,
} as const
