import type { BrokerEvent, NewEvent } from '../../core/ports/broker.ts'

/**
 * How an event is written in Redis: three lines, the last of which is the
 * payload as it was published.
 *
 *     <offset> <time> <bytes of payload before it>
 *     [<from>, <exceptLinkId>, <trace>] or nothing
 *     <payload>
 *
 * The log keeps it like this; a message has the epoch and a space before it.
 */

/** The second line of an event: what is only now and then there. */
export function detailsOf({ from, exceptLinkId, trace }: NewEvent): string {
  if (from === undefined && exceptLinkId === undefined && trace === undefined) return ''
  return JSON.stringify([from ?? null, exceptLinkId ?? null, trace ?? null])
}

/** An event as it was passed on; its epoch is in front. */
export function eventOfMessage(message: string): BrokerEvent {
  const space = message.indexOf(' ')
  const epoch = message.slice(0, space)
  return eventOf(message.slice(space + 1), epoch === noEpoch ? null : epoch)
}

/** An event as it is kept. */
export function eventOf(text: string, epoch: string | null): BrokerEvent {
  const endOfPlace = text.indexOf('\n')
  const endOfDetails = text.indexOf('\n', endOfPlace + 1)
  const [offset, time] = text.slice(0, endOfPlace).split(' ', 2)
  const [from, exceptLinkId, trace] = readDetails(text.slice(endOfPlace + 1, endOfDetails))
  return {
    position: epoch === null ? null : { epoch, offset: Number(offset) },
    payloadJson: text.slice(endOfDetails + 1),
    from: from ?? undefined,
    time: Number(time),
    exceptLinkId: exceptLinkId ?? undefined,
    ...(trace !== null && { trace }),
  }
}

/** Stands where an epoch would, on a channel without history. */
export const noEpoch = '-'

type Details = readonly [from: string | null, exceptLinkId: string | null, trace: string | null]

function readDetails(line: string): Details {
  // Written by `detailsOf`, and by nobody else: the keys are the broker's own.
  return line === '' ? [null, null, null] : (JSON.parse(line) as Details)
}
