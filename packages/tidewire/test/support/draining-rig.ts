import type { ClientOptions } from '../../src/client/client-options.ts'
import type { Gap, Subscription } from '../../src/client/subscription.ts'
import { type ClientRig, startOnline } from './client-rig.ts'
import type { ScriptedLink } from './scripted-server.ts'

/**
 * A client on virtual time whose server has told it to go (P-061).
 */

/** What the server says. */
export const drain = { type: 'drain', reconnectAfterMs: 200, closeAfterMs: 5_000 } as const

/** A client on `old`, which drains; in its slot it has dialled `fresh`, which has said nothing yet. */
export interface Moving extends ClientRig {
  readonly old: ScriptedLink
  readonly fresh: ScriptedLink
}

/** Tells the client to go, and lets its slot come. */
export async function move(rig: ClientRig): Promise<Moving> {
  const old = rig.link
  old.tell(drain)
  await rig.clock.advance(drain.reconnectAfterMs)
  return { ...rig, old, fresh: rig.link }
}

/** The same, from the beginning. */
export async function startMoving(options?: ClientOptions): Promise<Moving> {
  return move(startOnline(options))
}

/** Follows a channel, accepted at an offset of epoch e1, or without history. */
export function follow(
  { client, link }: ClientRig,
  channel: string,
  offset: number | null,
): Following {
  const payloads: unknown[] = []
  const gaps: Gap[] = []
  const recoveries: number[] = []
  const subscription = client.channel(channel).subscribe(({ payload }) => payloads.push(payload), {
    onGap: (gap) => gaps.push(gap),
    onRecovered: ({ events }) => recoveries.push(events),
  })
  link.acceptSubscribe({ position: offset === null ? null : { epoch: 'e1', offset } })
  return { payloads, gaps, recoveries, subscription }
}

/** Sends events of `log:a` whose payloads are their offsets. */
export function send(link: ScriptedLink, ...offsets: readonly number[]): void {
  for (const offset of offsets) {
    link.tell({ type: 'message', channel: 'log:a', offset, payload: offset })
  }
}

/** The hello of the server it goes to. */
export const greeting = { connectionId: 'c-2' }
/** The ack of one that lost nothing. */
export const recovered = { position: { epoch: 'e1', offset: 2 }, recovered: true, top: 2 }

/** What a subscription has been told. */
export interface Following {
  readonly payloads: readonly unknown[]
  readonly gaps: readonly Gap[]
  readonly recoveries: readonly number[]
  readonly subscription: Subscription
}
