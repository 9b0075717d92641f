import type { FrameForm } from '../../core/ports/shared-frame.ts'
import type { CloseFrame, ServerFrame } from '../../protocol/frames.ts'
import { positionText } from '../../protocol/position-text.ts'

/**
 * Server-sent events (HTML Living Standard, section 9.2): a frame is the same
 * JSON as over WebSocket, behind `data:`. It has no line breaks, so it is one
 * line.
 *
 * Events come under the default name, so `onmessage` gets them all; any other
 * frame is named by its type.
 */
export function eventText(frame: ServerFrame | CloseFrame, idLine: string): string {
  return `event: ${frame.type}\n${idLine}data: ${JSON.stringify(frame)}\n\n`
}

/** A frame as an event without a name: its text says what it is. */
export function dataText(frame: ServerFrame | CloseFrame): string {
  return `data: ${JSON.stringify(frame)}\n\n`
}

/** The line that tells a client where it stands; empty where nothing can be told. */
export function idLine(id: string): string {
  return id === '' ? '' : `id: ${id}\n`
}

/** How soon a client comes back that was cut; ms. */
export function retryText(ms: number): string {
  return `retry: ${ms}\n\n`
}

/** Nothing, so that nobody on the way takes the stream for dead. */
export const commentText = ':\n\n'

/** Events with their id: for all streams of one channel the same bytes (P-035). */
export const eventWithId: FrameForm = {
  wrap({ data, place: { position } }) {
    return eventBytes(idLine(position === null ? '' : positionText(position)), data)
  },
}

/** Events without one: for streams of several channels, which have ids of their own. */
export const eventWithoutId: FrameForm = {
  wrap: ({ data }) => eventBytes('', data),
}

function eventBytes(id: string, data: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${id}data: `), data, lineEnds])
}

const lineEnds = Buffer.from('\n\n')
