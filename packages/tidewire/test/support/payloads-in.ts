import type { ServerFrame } from '../../src/protocol/frames.ts'

/** The payloads of a frame's events, oldest first; none when it carries no events. */
export function payloadsIn(frame: ServerFrame): readonly unknown[] {
  if (frame.type === 'message') return [frame.payload]
  return frame.type === 'batch' ? frame.events.map(({ payload }) => payload) : []
}
