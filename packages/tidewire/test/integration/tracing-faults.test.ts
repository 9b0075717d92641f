import { describe, expect, test } from 'vitest'
import { connectRaw } from '../support/raw-client.ts'
import { recordingLogger } from '../support/recording-logger.ts'
import { startServer } from '../support/start-server.ts'

describe('a tracer that throws', () => {
  const failures = ['startSpan', 'spanContext', 'setAttribute', 'setStatus', 'end'] as const

  test.each(failures)('at %s costs spans, is told once, and nothing else', async (at) => {
    const { logger, entries } = recordingLogger()
    await using server = await startServer({ tracing: tracerThatThrows(at), logger })
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'subscribe', id: 1, channel: 'log:a' })
    for (let n = 1; n <= 3; n += 1) {
      await server.tide.publish('log:a', n)
      expect(await client.next()).toMatchObject({ type: 'message', payload: n })
    }
    client.send({ ...publish, channel: 'log:b' })
    expect(await client.next()).toMatchObject({ type: 'ack', channel: 'log:b' })
    expect(await client.ask({ ...publish, channel: 'secret' })).toMatchObject({ code: 'FORBIDDEN' })
    const told = entries.filter(({ message }) => message.includes('tracer'))
    expect(told).toMatchObject([{ fields: { cause: new Error(`no ${at}`) } }])
  })
})

const publish = { type: 'publish', id: 9, channel: 'log:a', payload: 'news' }

function tracerThatThrows(at: string) {
  const doNothing = (name: string) => () => {
    if (name === at) throw new Error(`no ${at}`)
  }
  const span = {
    spanContext() {
      doNothing('spanContext')()
      return { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 }
    },
    setAttribute: doNothing('setAttribute'),
    setStatus: doNothing('setStatus'),
    end: doNothing('end'),
  }
  return {
    startSpan() {
      doNothing('startSpan')()
      return span
    },
  }
}
