import type {
  AckFrame,
  ErrorFrame,
  EventFields,
  GapFrame,
  RecoveryFailure,
  RequestId,
  ServerFrame,
  SubscribeFrame,
} from '../../protocol/frames.ts'
import type { Position } from '../../protocol/position.ts'

/**
 * What a link follows, and where it stands in each channel, so that it can go on
 * there with another request. Pure: frames in, frames out.
 *
 * A client sees one subscription over all of these requests. What got lost
 * between two of them it is told as a gap.
 */
export class FollowedChannels {
  readonly #channels = new Map<string, Followed>()

  /** What a request has to ask for, so that everything is followed. */
  get frames(): readonly Followed[] {
    return [...this.#channels.values()]
  }

  /** Whether a subscription of the client has not been answered yet. */
  get isAwaited(): boolean {
    return this.frames.some((followed) => !isLive(followed))
  }

  /** The client subscribes. */
  follow(frame: SubscribeFrame): void {
    this.#channels.set(frame.channel, frame)
  }

  /** The client unsubscribes. */
  drop(channel: string): void {
    this.#channels.delete(channel)
  }

  /** What a frame of the server is to the client; null when it is nothing. */
  take(frame: ServerFrame): Heard | null {
    if (frame.type === 'ack') return this.#begin(frame)
    if (frame.type === 'error') return this.#refuse(frame)
    // The rest is not about where anybody stands.
    if (!('channel' in frame)) return frame
    const followed = this.#channels.get(frame.channel)
    // What comes before the ack is of a subscription that was given up (P-021).
    if (followed === undefined || !isLive(followed)) return null
    if (frame.type === 'message') this.#reach(followed, frame)
    else if (frame.type === 'batch') this.#reach(followed, frame.events.at(-1))
    else if (frame.type === 'gap') this.#stand(followed, frame.to)
    else if (frame.type === 'unsubscribed') this.drop(frame.channel)
    return frame
  }

  #begin(ack: AckFrame): Heard | null {
    const { id, channel, recovered, position = null } = ack
    const followed = this.#channels.get(channel)
    // Another's is of a subscription that the client has given up meanwhile.
    if (followed?.id !== id) return null
    const from = followed.since ?? null
    this.#stand(followed, recovered ? from : position)
    if (!isLive(followed)) return ack
    if (recovered) return null
    const { reason = 'NO_HISTORY' } = ack
    return { type: 'gap', channel, from, to: position, missed: null, reason }
  }

  #refuse(error: ErrorFrame): Heard | null {
    const { id, code, message } = error
    const followed = this.frames.find((one) => one.id === id)
    if (followed === undefined) return error
    if (isLive(followed) && passing.has(code)) return 'lost'
    const { channel } = followed
    this.drop(channel)
    return isLive(followed) ? { type: 'unsubscribed', channel, code, message } : error
  }

  #reach(followed: Followed, event: EventFields | undefined): void {
    const { since } = followed
    if (since && event?.offset) this.#stand(followed, { ...since, offset: event.offset })
  }

  #stand({ id, channel }: Followed, position: Position | null): void {
    const since = position ?? undefined
    this.#channels.set(channel, { type: 'subscribe', id: liveId(id), channel, since })
  }
}

/** What is asked for a channel the next time; JSON leaves out what is undefined. */
export interface Followed {
  readonly type: 'subscribe'
  readonly id: RequestId
  readonly channel: string
  readonly since?: Position | undefined
  readonly last?: number | undefined
}

/** A frame for the client. `lost`: the subscriptions cannot go on for now, a later attempt may. */
export type Heard = ServerFrame | Tear | 'lost'

/** What nobody kept got lost between two requests. */
type Tear = Omit<GapFrame, 'reason'> & { readonly reason: RecoveryFailure }

/** Refusals that say nothing about the subscription itself. */
const passing: ReadonlySet<string> = new Set(['BROKER_UNAVAILABLE', 'INTERNAL', 'RATE_LIMITED'])

// The ids of a client are numbers: a text says that it has had its answer.
function liveId(id: RequestId): RequestId {
  return `${id}`
}

function isLive({ id }: Followed): boolean {
  return typeof id === 'string'
}
