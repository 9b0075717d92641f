import type { Position } from '../protocol/position.ts'
import type { Published } from './ports/broker.ts'
import type { Logger } from './ports/logger.ts'
import type { Span, SpanAttributes, SpanContext, Tracer } from './ports/tracer.ts'

/**
 * Spans from publish to delivery: one for each publish, one for each flush that
 * holds an event of a publish that is sampled, linked to those; never one for a
 * subscriber.
 *
 * A publish tells its trace with its event, so that the node which delivers it
 * needs to know nothing else. What a tracer does wrong costs its spans and
 * nothing more. Names and attributes are OpenTelemetry's for messaging; channels
 * are told by their pattern, because names are many and may hold users.
 */
export class Tracing {
  readonly #tracer: Tracer
  readonly #logger: Logger
  #hasFailed = false

  constructor(tracer: Tracer, logger: Logger) {
    this.#tracer = tracer
    this.#logger = logger
  }

  /** Runs a publish to a channel of this pattern within a span, which ends when it is over, whatever came of it. */
  publish<TRunning>(pattern: string, run: (span: PublishSpan) => TRunning): TRunning {
    const span = new PublishSpan(this, () =>
      this.#tracer.startSpan(`publish ${pattern}`, {
        kind: spanKinds.producer,
        attributes: attributesOf(pattern, { name: 'publish', type: 'send' }),
      }),
    )
    try {
      const running = run(span)
      if (!(running instanceof Promise)) span.end()
      else
        running.then(
          () => span.end(),
          (cause: unknown) => span.fail(cause),
        )
      return running
    } catch (cause) {
      span.fail(cause)
      throw cause
    }
  }

  /** Begins a flush of a channel; the answer ends it. `traces` are those its events came with. */
  deliver({ pattern, traces, events, readers }: Delivery): () => void {
    const links = traces.flatMap((trace) => linkTo(trace))
    if (links.length === 0) return nothing
    const span = this.attempt(() =>
      this.#tracer.startSpan(`deliver ${pattern}`, {
        kind: spanKinds.consumer,
        // What is active now is whatever woke the pump.
        root: true,
        links,
        attributes: {
          ...attributesOf(pattern, { name: 'deliver', type: 'process' }),
          'messaging.batch.message_count': events,
          'tidewire.readers': readers,
        },
      }),
    )
    return () => this.attempt(() => span?.end())
  }

  /** Does something to a span; what a tracer throws is told once and goes no further. */
  attempt<TAnswer>(act: () => TAnswer): TAnswer | null {
    try {
      return act()
    } catch (cause) {
      if (!this.#hasFailed) this.#logger.error('the tracer failed; spans are lost', { cause })
      this.#hasFailed = true
      return null
    }
  }
}

/** A publish on its way, as far as a tracer sees it. */
export class PublishSpan {
  readonly #tracing: Tracing
  readonly #span: Span | null

  constructor(tracing: Tracing, start: () => Span) {
    this.#tracing = tracing
    this.#span = tracing.attempt(start)
  }

  /** What the event carries to where it is delivered: W3C's `traceparent`; undefined when nobody looks at this trace. */
  get trace(): string | undefined {
    const context = this.#attempt((span) => span.spanContext())
    if (context === null || (context.traceFlags & sampled) === 0) return undefined
    return `00-${context.traceId}-${context.spanId}-01`
  }

  /** The broker has it. */
  stored({ position, duplicate }: Published): void {
    this.#attempt((span) => {
      if (position !== null) span.setAttribute('messaging.message.id', idOf(position))
      if (duplicate) span.setAttribute('tidewire.duplicate', true)
    })
  }

  /** It was refused, with an error code, or something failed. */
  refused(type: string): void {
    this.#attempt((span) => {
      span.setAttribute('error.type', type)
      span.setStatus({ code: errorStatus })
    })
  }

  /** Something was thrown; nothing follows. */
  fail(cause: unknown): void {
    this.refused(cause instanceof Error ? cause.name : typeof cause)
    this.end()
  }

  /** It is over. */
  end(): void {
    this.#attempt((span) => span.end())
  }

  #attempt<TAnswer>(act: (span: Span) => TAnswer): TAnswer | null {
    const span = this.#span
    return span === null ? null : this.#tracing.attempt(() => act(span))
  }
}

/** A flush. */
export interface Delivery {
  readonly pattern: string
  /** What its events came with, as many as are linked to. */
  readonly traces: readonly string[]
  readonly events: number
  readonly readers: number
}

/** How many publishes a flush is linked to; OpenTelemetry keeps 128 links of a span by default. */
export const maxLinks = 64

const spanKinds = { producer: 3, consumer: 4 }
const errorStatus = 2
const sampled = 1

function attributesOf(
  pattern: string,
  operation: { readonly name: string; readonly type: string },
): SpanAttributes {
  return {
    'messaging.system': 'tidewire',
    'messaging.operation.name': operation.name,
    'messaging.operation.type': operation.type,
    'messaging.destination.template': pattern,
    ...(!pattern.includes('{') && { 'messaging.destination.name': pattern }),
  }
}

function idOf({ epoch, offset }: Position): string {
  return `${epoch}:${offset}`
}

// It may come from another node, by way of the broker: only what is a sampled trace is one.
function linkTo(trace: string): readonly { context: SpanContext }[] {
  const [, traceId, spanId] =
    /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-01$/.exec(trace) ?? []
  if (traceId === undefined || spanId === undefined) return []
  return [{ context: { traceId, spanId, traceFlags: sampled, isRemote: true } }]
}

function nothing(): void {
  // There is no span to end.
}
