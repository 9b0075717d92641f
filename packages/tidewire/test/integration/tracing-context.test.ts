import { AsyncLocalStorage } from 'node:async_hooks'
import { type Context, type ContextManager, context, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectRaw } from '../support/raw-client.ts'
import { RecordedSpans } from '../support/recorded-spans.ts'
import { startServer } from '../support/start-server.ts'

let spans: RecordedSpans

beforeEach(() => {
  spans = new RecordedSpans()
})

describe('among other spans', () => {
  beforeEach(() => {
    context.setGlobalContextManager(new StoredContext())
  })
  afterEach(() => {
    context.disable()
  })

  test('a publish is a child of what is active, and a delivery of nothing', async () => {
    await using server = await startServer({ tracing: spans.tracer })
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'subscribe', id: 1, channel: 'log:a' })
    const tracer = new RecordedSpans().tracer
    // OpenTelemetry made it.
    const order = tracer.startSpan('order') as ReturnType<
      ReturnType<typeof trace.getTracer>['startSpan']
    >
    await context.with(trace.setSpan(context.active(), order), () =>
      server.tide.publish('log:a', 1),
    )
    const published = await spans.one('publish log:{name}')
    expect(published.parentSpanContext?.spanId).toBe(order.spanContext().spanId)
    const delivered = await spans.one('deliver log:{name}')
    expect(delivered.parentSpanContext).toBeUndefined()
    expect(delivered.spanContext().traceId).not.toBe(order.spanContext().traceId)
  })
})

/** What keeps the active span over `await`, as OpenTelemetry's SDK for Node does. */
class StoredContext implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>()

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT
  }

  with<TArguments extends unknown[], TRun extends (...args: TArguments) => ReturnType<TRun>>(
    active: Context,
    run: TRun,
    thisArgument?: ThisParameterType<TRun>,
    ...args: TArguments
  ): ReturnType<TRun> {
    return this.#storage.run(active, () => run.apply(thisArgument, args))
  }

  bind<TTarget>(_active: Context, target: TTarget): TTarget {
    return target
  }

  enable(): this {
    return this
  }

  disable(): this {
    this.#storage.disable()
    return this
  }
}
