import type { SharedFrame } from '../../core/ports/shared-frame.ts'
import type { BatchFrame, EventFields, MessageFrame } from '../../protocol/frames.ts'

/** One event of a frame, as JSON text, and its offset where the channel has history. */
export interface FrameEvent {
  readonly text: string
  readonly offset: number | null
}

/** The events of a frame: taken apart once, for all polls that wait for it (P-035). */
export function eventsIn(frame: SharedFrame): readonly FrameEvent[] {
  const known = taken.get(frame)
  if (known !== undefined) return known
  const events = fieldsIn(frame).map(eventOf)
  taken.set(frame, events)
  return events
}

const taken = new WeakMap<SharedFrame, readonly FrameEvent[]>()
const utf8 = new TextDecoder()

function fieldsIn({ data }: SharedFrame): readonly EventFields[] {
  // What was encoded by this package's own codec.
  const frame = JSON.parse(utf8.decode(data)) as MessageFrame | BatchFrame
  if (frame.type === 'batch') return frame.events
  const { type: _type, channel: _channel, ...fields } = frame
  return [fields]
}

function eventOf(fields: EventFields): FrameEvent {
  return { text: JSON.stringify(fields), offset: fields.offset ?? null }
}
