/**
 * What the engine uses of a tracer. That of `@opentelemetry/api` is one:
 * `trace.getTracer('tidewire')`; nothing is imported of it.
 *
 * Contract: `startSpan` begins a span below the one that is active, unless
 * `root` is set. A tracer that throws loses its spans and nothing else.
 */
export interface Tracer {
  startSpan(name: string, options?: SpanOptions): Span
}

/** How a span begins. */
export interface SpanOptions {
  /** A number of OpenTelemetry's `SpanKind`. */
  readonly kind?: number
  readonly attributes?: SpanAttributes
  /** Spans it follows from. */
  readonly links?: SpanLink[]
  /** Begins a trace of its own, whatever is active. */
  readonly root?: boolean
}

/** What is told of a span, by the names of OpenTelemetry's conventions. */
export type SpanAttributes = Record<string, string | number | boolean>

/** Something that takes its time. */
export interface Span {
  spanContext(): SpanContext
  setAttribute(name: string, value: string | number | boolean): unknown
  /** A number of OpenTelemetry's `SpanStatusCode`. */
  setStatus(status: { code: number; message?: string }): unknown
  end(): void
}

/** What names a span, in this process or in another. */
export interface SpanContext {
  readonly traceId: string
  readonly spanId: string
  readonly traceFlags: number
  readonly isRemote?: boolean
}

/** A span that another one follows from. */
export interface SpanLink {
  context: SpanContext
}
