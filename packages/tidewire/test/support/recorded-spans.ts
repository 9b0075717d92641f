import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import type { Tracer } from '../../src/core/ports/tracer.ts'
import { until } from './until.ts'

/** OpenTelemetry's own tracer, and the spans that have ended. */
export class RecordedSpans {
  readonly tracer: Tracer
  readonly #exporter = new InMemorySpanExporter()

  constructor(sampler?: Sampler) {
    const spanProcessors = [new SimpleSpanProcessor(this.#exporter)]
    const provider = new BasicTracerProvider({ spanProcessors, ...(sampler && { sampler }) })
    this.tracer = provider.getTracer('tidewire')
  }

  /** All of them, in the order they ended. */
  get all(): readonly ReadableSpan[] {
    return this.#exporter.getFinishedSpans()
  }

  /** Those of this name. */
  named(name: string): readonly ReadableSpan[] {
    return this.all.filter((span) => span.name === name)
  }

  /** The only one of this name, once it has ended. */
  async one(name: string): Promise<ReadableSpan> {
    await until(() => this.named(name).length > 0)
    const [span, ...more] = this.named(name)
    if (span === undefined || more.length > 0) throw new Error(`there are several spans ${name}`)
    return span
  }
}
