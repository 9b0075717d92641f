import { describe, expect, test } from 'vitest'
import { ScriptedServer } from '../../../test/support/scripted-server.ts'
import { VirtualClock } from '../../testing/virtual-clock.ts'
import type { Dial, Link } from '../dial.ts'
import { fallbackDial } from './fallback-dial.ts'
import { FallbackMemory } from './fallback-memory.ts'

const openTimeoutMs = 3_000
const rememberMs = 600_000

/** Three ways to a server, and what a client hears over whichever is taken. */
function rig(memory = new FallbackMemory(undefined)) {
  const clock = new VirtualClock()
  const webSocket = new ScriptedServer()
  const stream = new ScriptedServer()
  const poll = new ScriptedServer()
  const ways = [webSocket, stream, poll].map(({ dial }) => dial)
  const dial = fallbackDial({ ways, clock, memory, openTimeoutMs, rememberMs })
  const heard: unknown[] = []
  const closes: number[] = []
  const open = (): Link =>
    dial('ws://server.test/ws', ['tidewire.v1.json'], {
      onMessage: (data) => heard.push(data),
      onClose: (code) => closes.push(code),
    })
  return { clock, webSocket, stream, poll, heard, closes, open, memory }
}

describe('a link with fallbacks', () => {
  test('is a WebSocket where that is answered, and nothing else is tried', async () => {
    const { clock, webSocket, stream, heard, closes, open } = rig()
    const link = open()
    webSocket.link.greet()
    link.send('{"type":"heartbeat"}')
    await clock.advance(10 * rememberMs)
    expect(webSocket.link.take('heartbeat')).toMatchObject({ type: 'heartbeat' })
    expect([heard.length, stream.links.length]).toEqual([1, 0])
    webSocket.link.drop(4005)
    expect(closes).toEqual([4005])
  })

  test('tries one way after the other, and tells its client only of the one that is answered', () => {
    const { webSocket, stream, poll, heard, closes, open } = rig()
    const link = open()
    webSocket.link.drop()
    stream.link.drop()
    expect([heard, closes]).toEqual([[], []])
    poll.link.greet()
    link.send('{"type":"heartbeat"}')
    expect(poll.link.take('heartbeat')).toBeDefined()
    expect(heard).toHaveLength(1)
  })

  test('is lost when no way is answered', () => {
    const { webSocket, stream, poll, closes, open } = rig()
    open()
    for (const { link } of [webSocket, stream, poll]) {
      expect(closes).toEqual([])
      link.drop()
    }
    expect(closes).toEqual([1006])
  })

  test('gives each way its time, and leaves the one that was not answered in it', async () => {
    const { clock, webSocket, stream, poll, closes, open } = rig()
    open()
    await clock.advance(openTimeoutMs)
    expect([webSocket.link.closedWith, stream.links.length]).toEqual([1000, 1])
    await clock.advance(openTimeoutMs)
    await clock.advance(openTimeoutMs)
    expect([stream.link.closedWith, poll.link.closedWith]).toEqual([1000, 1000])
    expect(closes).toEqual([1006])
  })

  test('hears nothing any more of a way that was left', async () => {
    const { clock, webSocket, stream, heard, closes, open } = rig()
    open()
    await clock.advance(openTimeoutMs)
    webSocket.link.greet()
    webSocket.link.drop()
    expect([heard, closes, stream.links.length]).toEqual([[], [], 1])
  })

  test('does what the server says, whichever way it says so', () => {
    const { webSocket, stream, closes, open } = rig()
    open()
    webSocket.link.drop()
    stream.link.drop(4003)
    expect(closes).toEqual([4003])
  })

  test('begins with what has worked, until its time is over', async () => {
    const { clock, webSocket, stream, open } = rig()
    open()
    webSocket.link.drop()
    stream.link.greet()
    stream.link.drop()
    open()
    expect([webSocket.links.length, stream.links.length]).toEqual([1, 2])
    await clock.advance(rememberMs)
    open()
    expect(webSocket.links.length).toBe(2)
  })

  test('forgets what works no more', () => {
    const { webSocket, stream, poll, closes, open } = rig()
    open()
    webSocket.link.drop()
    stream.link.greet()
    stream.link.drop()
    open()
    stream.link.drop()
    expect(closes).toEqual([1006, 1006])
    open()
    expect([webSocket.links.length, stream.links.length, poll.links.length]).toEqual([2, 2, 0])
  })

  test('asks its client to come anew when the best way is to be tried again', async () => {
    const { clock, webSocket, stream, heard, open } = rig()
    const link = open()
    webSocket.link.drop()
    stream.link.greet()
    await clock.advance(rememberMs - 1)
    expect(heard).toHaveLength(1)
    await clock.advance(1)
    expect(JSON.parse(String(heard[1]))).toMatchObject({ type: 'drain', reconnectAfterMs: 0 })
    open()
    expect(webSocket.links.length).toBe(2)
    link.close(1000, '')
    expect(stream.link.closedWith).toBe(1000)
  })

  test('falls back at once when the best way still is not answered', async () => {
    const { clock, webSocket, stream, open } = rig()
    open()
    webSocket.link.drop()
    stream.link.greet()
    await clock.advance(rememberMs)
    open()
    webSocket.link.drop()
    expect(stream.links.length).toBe(2)
  })

  test('asks nobody any more once it is closed', async () => {
    const { clock, webSocket, stream, heard, open } = rig()
    const link = open()
    webSocket.link.drop()
    stream.link.greet()
    link.close(1000, '')
    await clock.advance(2 * rememberMs)
    expect(heard).toHaveLength(1)
  })

  test('takes a way that the platform does not have for one that is not answered', async () => {
    const { clock, stream, heard, closes } = rig()
    const missing: Dial = () => {
      throw new ReferenceError('WebSocket is not defined')
    }
    const memory = new FallbackMemory(undefined)
    const dial = (...ways: readonly Dial[]) =>
      fallbackDial({ ways, clock, memory, openTimeoutMs, rememberMs })('ws://server.test/', [], {
        onMessage: (data) => heard.push(data),
        onClose: (code) => closes.push(code),
      })
    dial(missing, stream.dial)
    await clock.advance(0)
    stream.link.greet()
    expect([heard.length, closes]).toEqual([1, []])
    dial(missing).close(1000, '')
    dial(missing)
    await clock.advance(openTimeoutMs)
    expect(closes).toEqual([1000, 1006])
  })

  test('tries nothing more once it is closed', async () => {
    const { clock, webSocket, stream, closes, open } = rig()
    const link = open()
    link.close(1000, '')
    webSocket.link.drop()
    await clock.advance(openTimeoutMs)
    expect([closes, stream.links.length]).toEqual([[1000], 0])
  })

  test('takes a server that is away for what it is where a WebSocket has worked before', () => {
    const { webSocket, stream, closes, open } = rig()
    open()
    webSocket.link.greet()
    webSocket.link.drop()
    for (const attempts of [1, 2]) {
      open()
      webSocket.link.drop()
      expect([closes.length, stream.links.length]).toEqual([1 + attempts, 0])
    }
    open()
    webSocket.link.drop()
    expect(stream.links.length).toBe(1)
  })

  test('goes on where the page before it was', () => {
    const memory = new FallbackMemory(undefined)
    memory.remember(2, 2 * rememberMs + Date.parse('2100-01-01'))
    const { webSocket, poll, open } = rig(memory)
    open()
    expect([webSocket.links.length, poll.links.length]).toEqual([0, 1])
  })

  test('begins anew with a memory of ways there are not', () => {
    const memory = new FallbackMemory(undefined)
    memory.remember(9, Date.parse('2100-01-01'))
    const { webSocket, poll, closes, open } = rig(memory)
    open()
    expect(webSocket.links.length + poll.links.length + closes.length).toBe(1)
  })
})
