import type { Codec, WireData } from '../protocol/codec.ts'
import type { LogEntry } from './channel-log.ts'

/** A frame is cut before it grows beyond this, so that a slow reader can take it in one piece. */
const maxFrameBytes = 64 * 1024

/**
 * Joins encoded events to as few frames as the bounds allow, oldest first. An
 * event larger than a frame goes alone.
 */
export function joinFrames(
  { codec, channel, maxEvents }: FrameBounds,
  entries: readonly LogEntry[],
): readonly Uint8Array[] {
  const frames: Uint8Array[] = []
  let part: WireData[] = []
  let bytes = 0
  for (const entry of entries) {
    if (part.length > 0 && (part.length >= maxEvents || bytes + entry.bytes > maxFrameBytes)) {
      frames.push(codec.joinEvents(channel, part))
      part = []
      bytes = 0
    }
    part.push(entry.data)
    bytes += entry.bytes + 1
  }
  if (part.length > 0) frames.push(codec.joinEvents(channel, part))
  return frames
}

/** What frames of one channel have in common. */
export interface FrameBounds {
  readonly codec: Codec
  readonly channel: string
  /** The most events in one frame. */
  readonly maxEvents: number
}
