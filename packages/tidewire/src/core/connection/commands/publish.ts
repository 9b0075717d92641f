import type { AckFrame, PublishFrame } from '../../../protocol/frames.ts'
import { type CheckedPayload, checkPayload } from '../../channel/payload-schema.ts'
import type { ChannelRule } from '../../channel/rules.ts'
import { inTime } from '../../in-time.ts'
import type { Identity } from '../../ports/auth.ts'
import type { NewEvent, Published } from '../../ports/broker.ts'
import type { PublishSpan } from '../../tracing.ts'
import { isPermitted } from '../is-permitted.ts'
import { refuseForbidden } from '../refuse-forbidden.ts'
import type { Caller } from './command.ts'

/**
 * P-023: the ack comes after the broker has the event.
 *
 * Up to the broker everything happens in the turn the frame arrived in, unless
 * a permission or a schema takes its time: then what follows on this channel
 * waits, so a connection's publishes keep their order.
 */
export function publish(caller: Caller, frame: PublishFrame): Promise<void> | void {
  const rule = caller.engine.ruleOf(frame.channel)
  if (rule === null) return refuseForbidden(caller, frame)
  const { tracing } = caller.engine
  if (tracing === null) return begin(caller, asSent(frame, rule), rule)
  return tracing.publish(rule.pattern, (span) =>
    begin(caller, { ...asSent(frame, rule), span }, rule),
  )
}

/** A frame, and the span of its publish where somebody traces. */
type Publish = PublishFrame & Pick<NewEvent, 'sentJson'> & { readonly span?: PublishSpan }

// Before the schema sees it: what it makes of the same payload may be another each
// time, and some write it into the payload itself.
function asSent(frame: PublishFrame, { schema }: ChannelRule): Publish {
  if (frame.key === undefined || schema === null) return frame
  return { ...frame, sentJson: JSON.stringify(frame.payload) }
}

function begin(caller: Caller, frame: Publish, rule: ChannelRule): Promise<void> | void {
  const { channel } = frame
  const verdict = judge(caller, frame, rule)
  const mustWait =
    verdict instanceof Promise ||
    caller.publishOrder.isWaiting(channel) ||
    caller.subscriptions.joining(channel) !== null
  return mustWait ? publishInTurn(caller, frame, verdict) : handOn(caller, frame, verdict)
}

/** What was found about a publish. */
interface Verdict {
  readonly rule: ChannelRule
  /** Who it was found about. */
  readonly publisher: Identity | null
  /** Null where the publisher has no right to it. */
  readonly payload: CheckedPayload | null
}

function judge(caller: Caller, frame: Publish, rule: ChannelRule): Verdict | Promise<Verdict> {
  const permitted = isPermitted(caller, rule.publish, frame.channel)
  if (permitted === true) return check(caller, frame, rule)
  if (permitted === false) return { rule, publisher: caller.identity, payload: null }
  return permitted.then((isAllowed) =>
    isAllowed ? check(caller, frame, rule) : { rule, publisher: caller.identity, payload: null },
  )
}

function check(
  { identity: publisher, engine }: Caller,
  frame: Publish,
  rule: ChannelRule,
): Verdict | Promise<Verdict> {
  const checked = checkPayload(rule.schema, frame.payload)
  if (!(checked instanceof Promise)) return { rule, publisher, payload: checked }
  return inTime(checked, engine.wheel, engine.limits.permissionTimeoutMs).then((payload) => ({
    rule,
    publisher,
    payload,
  }))
}

async function publishInTurn(
  caller: Caller,
  frame: Publish,
  asked: Verdict | Promise<Verdict>,
): Promise<void> {
  const turn = caller.publishOrder.enter(frame.channel)
  let handedOn: Promise<void> | void
  try {
    const joined = hasJoined(caller, frame.channel)
    const [verdict] = await Promise.all([asked, turn.begins, joined])
    handedOn = handOn(caller, frame, await upToDate(caller, frame, verdict))
  } finally {
    turn.end()
  }
  await handedOn
}

// Who subscribes and publishes in one breath means to see its own event.
async function hasJoined({ subscriptions }: Caller, channel: string): Promise<void> {
  for (;;) {
    const joining = subscriptions.joining(channel)
    if (joining === null) return
    await joining
  }
}

// Who was judged may have renewed its token while it waited for its turn.
async function upToDate(caller: Caller, frame: Publish, verdict: Verdict): Promise<Verdict> {
  let current = verdict
  while (current.publisher !== caller.identity && !caller.isClosed) {
    current = await judge(caller, frame, verdict.rule)
  }
  return current
}

function handOn(caller: Caller, frame: Publish, { rule, payload }: Verdict): Promise<void> | void {
  const { id, channel, span } = frame
  if (caller.isClosed) return span?.refused('CLOSED')
  if (payload === null) {
    span?.refused('FORBIDDEN')
    return refuseForbidden(caller, frame)
  }
  if (!payload.ok) {
    span?.refused('INVALID_PAYLOAD')
    return caller.refuse(id, 'INVALID_PAYLOAD', payload.message)
  }
  const event = newEvent(caller, frame, payload.json)
  return caller.engine.broker.publish(channel, event, rule.history).then((published) => {
    span?.stored(published)
    if (id !== undefined) acknowledge(caller, { id, channel }, published)
  })
}

function acknowledge(
  caller: Caller,
  { id, channel }: Pick<AckFrame, 'id' | 'channel'>,
  { position, duplicate, conflict }: Published,
): void {
  if (conflict) caller.send({ type: 'ack', id, channel, position, duplicate: true, conflict })
  else if (duplicate) caller.send({ type: 'ack', id, channel, position, duplicate })
  else caller.send({ type: 'ack', id, channel, position })
}

function newEvent(caller: Caller, publish: Publish, payloadJson: string): NewEvent {
  const { key, sentJson, echo, span } = publish
  const event = {
    payloadJson,
    from: caller.identity?.userId,
    key,
    sentJson,
    exceptLinkId: echo === false ? caller.linkId : undefined,
  }
  return span === undefined ? event : { ...event, trace: span.trace }
}
