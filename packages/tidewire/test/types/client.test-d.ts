import { describe, expectTypeOf, test } from 'vitest'
import type {
  ChannelEvent,
  Client,
  ClientState,
  Gap,
  HistoryPage,
  PublishResult,
  Subscription,
  TidewireError,
} from '../../src/client/index.ts'
import { connect, latestValue } from '../../src/client/index.ts'
import type { DeclaresChannels } from '../../src/protocol/channel-types.ts'
import type { Position } from '../../src/protocol/position.ts'
import type { channels } from './schemas.ts'

type Tide = DeclaresChannels<typeof channels>

// Never run: compiling is the test.
describe('connect<typeof tide>()', () => {
  const client = connect<Tide>('wss://example.com/ws')

  test('types the payload by the pattern a name falls under', () => {
    client.channel('chat:kitchen').subscribe((event) => {
      expectTypeOf(event).toEqualTypeOf<ChannelEvent<{ text: string; urgent: boolean }>>()
    })
    client.channel('prices:ACME').subscribe(({ payload }) => {
      expectTypeOf(payload).toEqualTypeOf<{ price: number }>()
    })
    client.channel('game/7/moves/ada').subscribe(({ payload }) => {
      expectTypeOf(payload).toEqualTypeOf<{ at: number }>()
    })
    client.channel('news').subscribe(({ payload }) => {
      expectTypeOf(payload).toBeUnknown()
    })
  })

  test('prefers a literal pattern to one with params', () => {
    client.channel('chat:lobby').subscribe(({ payload }) => {
      expectTypeOf(payload).toEqualTypeOf<{ announcement: string }>()
    })
  })

  test('takes what the schema takes and delivers what it makes of it', () => {
    const moves = client.channel('game/7/moves/ada')
    expectTypeOf(moves.publish).parameter(0).toEqualTypeOf<{ at: string }>()
    const kitchen = client.channel('chat:kitchen')
    expectTypeOf(kitchen.publish).parameter(0).toEqualTypeOf<{
      text: string
      urgent?: boolean | undefined
    }>()
    expectTypeOf(kitchen.publish({ text: 'hi' })).resolves.toEqualTypeOf<PublishResult>()
    // @ts-expect-error: text is missing
    void kitchen.publish({ urgent: true })
    // @ts-expect-error: text is a string
    void kitchen.publish({ text: 7 })
  })

  test('refuses names no pattern covers', () => {
    // @ts-expect-error: nothing is declared for it
    client.channel('cats')
    // @ts-expect-error: the pattern has a param
    client.channel('chat')
    // @ts-expect-error: a part is missing
    client.channel('game/7/moves')
  })

  test('has publish only where the contract lets clients publish', () => {
    expectTypeOf(client.channel('chat:kitchen')).toHaveProperty('publish')
    expectTypeOf(client.channel('prices:ACME')).not.toHaveProperty('publish')
    expectTypeOf(client.channel('news')).not.toHaveProperty('publish')
    // @ts-expect-error: nobody may
    void client.channel('prices:ACME').publish({ price: 1 })
    // @ts-expect-error: the default is nobody
    void client.channel('news').publish('x')
  })

  test('types for await and its options', () => {
    const stream = client.channel('prices:ACME').events({ last: 5, maxBuffered: 10 })
    expectTypeOf(stream).toExtend<AsyncIterable<ChannelEvent<{ price: number }>>>()
    expectTypeOf(client.channel('prices:ACME')).toExtend<
      AsyncIterable<ChannelEvent<{ price: number }>>
    >()
  })

  test('types history', () => {
    const reading = client.channel('prices:ACME').history({ after: 1, before: 9, limit: 5 })
    expectTypeOf(reading).resolves.toEqualTypeOf<HistoryPage<{ price: number }>>()
    // @ts-expect-error: an offset, not a position
    void client.channel('prices:ACME').history({ after: { epoch: 'e1', offset: 1 } })
  })

  test('types the latest value, one or many', () => {
    const channel = client.channel('prices:ACME')
    expectTypeOf(latestValue(channel).get()).toEqualTypeOf<{ price: number } | undefined>()
    expectTypeOf(latestValue(channel, { last: 1 }).get()).toEqualTypeOf<
      { price: number } | undefined
    >()
    const keyOf = ({ price }: { price: number }) => price > 100
    expectTypeOf(latestValue(channel, { keyOf }).get()).toEqualTypeOf<
      ReadonlyMap<boolean, { price: number }>
    >()
    latestValue(channel, {
      keyOf: (payload) => expectTypeOf(payload).toEqualTypeOf<{ price: number }>(),
    })
    // @ts-expect-error: the payload is no text
    latestValue(channel, { keyOf: (payload: string) => payload })
  })

  test('takes names made at run time where they keep the shape', () => {
    const symbol: string = 'ACME'
    client.channel(`prices:${symbol}`).subscribe(({ payload }) => {
      expectTypeOf(payload).toEqualTypeOf<{ price: number }>()
    })
  })
})

describe('connect()', () => {
  const client = connect('/ws', { token: async () => 'secret', minDelayMs: undefined })

  test('without a declaration takes every name and lets it publish anything', () => {
    expectTypeOf(client).toEqualTypeOf<Client>()
    const channel = client.channel('what/ever')
    channel.subscribe(({ payload, offset }) => {
      expectTypeOf(payload).toBeUnknown()
      expectTypeOf(offset).toEqualTypeOf<number | undefined>()
    })
    expectTypeOf(channel.publish).parameter(0).toBeUnknown()
    expectTypeOf(client.call('what/ever', 1)).resolves.toBeUnknown()
    void client.call('what/ever')
  })

  test('types states, errors and what a subscription tells', () => {
    client.on('state', (state) => {
      expectTypeOf(state).toEqualTypeOf<ClientState>()
      if (state.kind === 'waiting') expectTypeOf(state.retryAt).toBeNumber()
      // @ts-expect-error: only a waiting client has one
      else void state.retryAt
    })
    client.on('error', (error) => expectTypeOf(error).toEqualTypeOf<TidewireError>())
    // @ts-expect-error: there is no such event
    client.on('message', () => undefined)
    const subscription = client.channel('a').subscribe(() => undefined, {
      since: { epoch: 'e1', offset: 1 },
      onGap: (gap) => expectTypeOf(gap).toEqualTypeOf<Gap>(),
      onRecovered: ({ events }) => expectTypeOf(events).toBeNumber(),
      onEnd: ({ message }) => expectTypeOf(message).toBeString(),
    })
    expectTypeOf(subscription).toEqualTypeOf<Subscription>()
    expectTypeOf(subscription.ready).resolves.toEqualTypeOf<Position | null>()
  })

  test('refuses what is no URL, option or token', () => {
    // @ts-expect-error: a URL is a string here
    connect(new URL('ws://h'))
    // @ts-expect-error: there is no such option
    connect('/ws', { reconnect: false })
    // @ts-expect-error: a number of requests
    connect('/ws', { maxQueued: '10' })
    // @ts-expect-error: a token is a text, or makes one
    connect('/ws', { token: 7 })
  })
})
