import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createApiKey } from '../../src/node/index.ts'
import { startHttpServer } from '../support/http-server.ts'
import { connectRaw } from '../support/raw-client.ts'
import { startServer } from '../support/start-server.ts'

/** Samples by name and labels, as they stand in the text. */
function samplesIn(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ')
      return [line.slice(0, end), Number(line.slice(end + 1))]
    }),
  )
}

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
      tidewire_deliveries_total: 1,
      'tidewire_events_per_flush_bucket{le="1"}': 1,
      'tidewire_recoveries_total{result="EPOCH_CHANGED"}': 1,
      'tidewire_errors_total{code="INVALID_CHANNEL"}': 1,
      'tidewire_connections_closed_total{cause="forbidden"}': 1,
    })
    expect(samples.get('tidewire_bytes_received_total')).toBeGreaterThan(100)
    expect(samples.get('tidewire_bytes_delivered_total')).toBeGreaterThan(20)
    expect(samples.get('tidewire_pass_seconds_count')).toBeGreaterThan(0)
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
