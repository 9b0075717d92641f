import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { MemoryBroker } from '../../src/brokers/memory.ts'
import { BrokerUnavailable, createApiKey } from '../../src/node/index.ts'
import { randomId, systemClock } from '../../src/node/system.ts'
import type { ServerFrame } from '../../src/protocol/frames.ts'
import { HeldBroker } from '../engine/held-broker.ts'
import { startHttpServer } from '../support/http-server.ts'
import { samplesIn, valuesOf } from '../support/metric-samples.ts'
import { connectRaw } from '../support/raw-client.ts'
import { startServer } from '../support/start-server.ts'
import { until } from '../support/until.ts'

describe('metrics', () => {
  test('tell what has happened', async () => {
    await using server = await startServer()
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'subscribe', id: 1, channel: 'log:a' })
    await client.ask({ type: 'auth', id: 2, token: 'nobody knows' }).catch(() => {})
    await using reader = await connectRaw(server.url)
    const since = { epoch: 'another', offset: 1 }
    await reader.ask({ type: 'subscribe', id: 1, channel: 'log:a', since })
    await reader.ask({ type: 'subscribe', id: 2, channel: '' })
    await server.tide.publish('log:a', 'news')
    await reader.next('message')
    const samples = samplesIn(server.tide.metrics())
    expect(Object.fromEntries(samples)).toMatchObject({
      'tidewire_connections{transport="websocket"}': 1,
      tidewire_channels: 1,
      tidewire_readers_behind: 0,
      tidewire_draining: 0,
      tidewire_frames_received_total: 4,
      'tidewire_deliveries_total{audience="in-step"}': 1,
      'tidewire_events_per_flush_bucket{le="1"}': 1,
      'tidewire_recoveries_total{result="EPOCH_CHANGED"}': 1,
      'tidewire_errors_total{code="INVALID_CHANNEL"}': 1,
      'tidewire_connections_closed_total{cause="forbidden"}': 1,
    })
    expect(samples.get('tidewire_bytes_received_total')).toBeGreaterThan(100)
    expect(samples.get('tidewire_pass_seconds_count')).toBeGreaterThan(0)
    expect(samples.get('tidewire_flush_delay_seconds_count')).toBe(1)
  })

  test('count each frame and byte that a client got, by who it was made for', async () => {
    await using server = await startServer()
    await using quick = await connectRaw(server.url)
    await using late = await connectRaw(server.url)
    const first = await server.tide.publish('log:a', 'kept ☃')
    const sent = [size(quick.hello), size(late.hello)]
    sent.push(size(await quick.ask({ type: 'subscribe', id: 1, channel: 'log:a' })))
    const since = { epoch: first.position?.epoch, offset: 0 }
    sent.push(size(await late.ask({ type: 'subscribe', id: 1, channel: 'log:a', since })))
    const alone = size(await late.next('message'))
    await server.tide.publish('log:a', 'new ☃')
    const shared = size(await quick.next('message')) + size(await late.next('message'))
    sent.push(size(await quick.ask({ type: 'history', id: 2, channel: 'log:a' })))
    const text = server.tide.metrics()
    const frames = { own: 5, alone: 1, 'in-step': 2 }
    const own = sent.reduce((sum, bytes) => sum + bytes, 0)
    expect(valuesOf(text, 'tidewire_frames_sent_total', 'audience')).toEqual(frames)
    expect(valuesOf(text, 'tidewire_bytes_sent_total', 'audience')).toEqual({
      own,
      alone,
      'in-step': shared,
    })
    const deliveries = { alone: 1, 'in-step': 2 }
    expect(valuesOf(text, 'tidewire_deliveries_total', 'audience')).toEqual(deliveries)
  })

  test('tell that a broker hangs, while it hangs, and that it failed', async () => {
    const broker = new HeldBroker(new MemoryBroker({ clock: systemClock, makeId: randomId }))
    await using server = await startServer({ broker })
    broker.hold('publish')
    const waiting = server.tide.publish('log:a', 1)
    await until(() => broker.asked.includes('publish'))
    const hanging = server.tide.metrics()
    expect(valuesOf(hanging, 'tidewire_broker_pending', 'operation')).toEqual({ publish: 1 })
    broker.release('publish')
    await waiting
    broker.fail()
    await expect(server.tide.publish('log:a', 1)).rejects.toThrow(BrokerUnavailable)
    broker.recover()
    const text = server.tide.metrics()
    expect(valuesOf(text, 'tidewire_broker_pending', 'operation')).toEqual({})
    expect(valuesOf(text, 'tidewire_broker_failures_total', 'operation')).toEqual({ publish: 1 })
    const count = 'tidewire_broker_operation_seconds_count'
    expect(valuesOf(text, count, 'operation')).toEqual({ publish: 2 })
  })

  test('are served while the node drains, and say so', async () => {
    await using server = await startHttpServer({ api: { metrics: 'anybody' } })
    await using client = await connectRaw(server.url)
    const drained = server.tide.drain({ overMs: 0, graceMs: 60_000 })
    await client.next('drain')
    const answer = await fetch(`http://127.0.0.1:${server.port}/metrics`)
    expect(answer.status).toBe(200)
    const text = await answer.text()
    expect(samplesIn(text).get('tidewire_draining')).toBe(1)
    expect(samplesIn(text).get('tidewire_connections{transport="websocket"}')).toBe(1)
    client.close()
    await drained
  })

  test('tell the process and its version', async () => {
    await using server = await startServer()
    const samples = samplesIn(server.tide.metrics())
    const page = new URL('../../package.json', import.meta.url)
    const { version }: { readonly version: string } = JSON.parse(readFileSync(page, 'utf8'))
    const build = `tidewire_build_info{version="${version}",node="${process.versions.node}"}`
    expect(samples.get(build)).toBe(1)
    expect(samples.get('tidewire_process_resident_memory_bytes')).toBeGreaterThan(10_000_000)
    expect(samples.get('tidewire_process_cpu_seconds_total')).toBeGreaterThan(0)
    const ageMs = Date.now() - 1_000 * (samples.get('tidewire_process_start_time_seconds') ?? 0)
    expect(ageMs).toBeGreaterThan(0)
    expect(ageMs).toBeLessThan(24 * 60 * 60_000)
  })

  test('P-073 are served to who has the key for it, as Prometheus expects', async () => {
    const key = createApiKey('prometheus')
    const apiKeys = [{ id: 'prometheus', secretHash: key.secretHash, scopes: ['metrics'] as const }]
    await using server = await startHttpServer({ apiKeys })
    const url = `http://127.0.0.1:${server.port}/metrics`
    expect((await fetch(url)).status).toBe(401)
    const answer = await fetch(url, { headers: { authorization: `Bearer ${key.token}` } })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4')
    expect(samplesIn(await answer.text()).get('tidewire_channels')).toBe(0)
  })

  test('are served to anybody only where that is said', async () => {
    await using server = await startHttpServer({ api: { metrics: 'anybody' } })
    expect((await fetch(`http://127.0.0.1:${server.port}/metrics`)).status).toBe(200)
  })

  test('are told in the reference, each one and no other', async () => {
    await using server = await startServer()
    const served = [...server.tide.metrics().matchAll(/^# TYPE (\S+) (\S+)$/gm)]
    const page = new URL('../../../../docs/reference/metrics.md', import.meta.url)
    const told = [...readFileSync(page, 'utf8').matchAll(/^\| `(tidewire_\w+)` \| (\w+) \|/gm)]
    const names = (rows: readonly RegExpMatchArray[]) =>
      rows.map(([, name, kind]) => `${name} ${kind}`)
    expect(names(told).sort()).toEqual(names(served).sort())
  })
})

// What the server writes is what JSON.stringify makes of what was read.
function size(frame: ServerFrame): number {
  return Buffer.byteLength(JSON.stringify(frame))
}
