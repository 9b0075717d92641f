import { describe, expectTypeOf, test } from 'vitest'
import { connect } from '../../src/client/index.ts'
import { createTidewire } from '../../src/node/index.ts'
import { channels } from './schemas.ts'

// Never run: compiling is the test.
describe('createTidewire and connect', () => {
  const tide = createTidewire({ channels })
  const client = connect<typeof tide>('wss://example.com/ws')

  test('agree on payloads', () => {
    void tide.publish('prices:ACME', { price: 1 })
    client.channel('prices:ACME').subscribe(({ payload }) => {
      expectTypeOf(payload).toEqualTypeOf<{ price: number }>()
    })
    // @ts-expect-error: price is a number
    void tide.publish('prices:ACME', { price: 'high' })
    expectTypeOf(client.channel('chat:kitchen').publish).parameter(0).toExtend<{ text: string }>()
  })

  test('agree on names and rights', () => {
    // @ts-expect-error: nothing is declared for it
    void tide.publish('cats', 1)
    // @ts-expect-error: nothing is declared for it
    client.channel('cats')
    expectTypeOf(client.channel('prices:ACME')).not.toHaveProperty('publish')
    expectTypeOf(client.channel('chat:lobby')).toHaveProperty('publish')
  })

  test('agree when the channels are declared in the call', () => {
    const inline = createTidewire({ channels: { 'a:{b}': { publish: 'anyone' }, c: {} } })
    const other = connect<typeof inline>('wss://example.com/ws')
    expectTypeOf(other.channel('a:1')).toHaveProperty('publish')
    expectTypeOf(other.channel('c')).not.toHaveProperty('publish')
    // @ts-expect-error: nothing is declared for it
    other.channel('d')
  })
})
