import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LineCounter } from './counts.ts'
import { createHttpServer } from './http.ts'

describe('HTTP', () => {
  let folder: string
  let server: Server
  let origin: string
  const counter = new LineCounter()

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'web-'))
    await mkdir(join(folder, 'web', 'assets'), { recursive: true })
    await writeFile(join(folder, 'web', 'index.html'), '<!doctype html>map')
    await writeFile(join(folder, 'web', 'assets', 'index-abc123.js'), '1')
    await writeFile(join(folder, 'secret.txt'), 'secret')
    server = createHttpServer({
      webRoot: join(folder, 'web'),
      counter,
      routes: express.Router(),
      trustProxy: [],
    })
    origin = await listen(server)
  })
  afterEach(async () => {
    server.close()
    server.closeAllConnections()
    await rm(folder, { recursive: true })
  })

  it('serves the page, to be asked for again each time', async () => {
    const response = await fetch(`${origin}/`)
    expect(await response.text()).toContain('map')
    expect(response.headers.get('cache-control')).toBe('no-cache')
    expect(response.headers.get('content-type')).toContain('text/html')
  })

  it('lets hashed files be kept for ever', async () => {
    const response = await fetch(`${origin}/assets/index-abc123.js`)
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  })

  it.each(['/', '/health', '/metrics', '/nothing'])('hardens the answer to %s', async (path) => {
    const { headers } = await fetch(`${origin}${path}`)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'self'")
    expect(policy).not.toContain('unsafe')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('x-powered-by')).toBeNull()
  })

  it('tells that it is well', async () => {
    const response = await fetch(`${origin}/health`)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ status: 'ok' })
  })

  it('tells the line counts to Prometheus', async () => {
    counter.receive({ kind: 'udp', sender: 'a' }, 1)
    counter.settle({ kind: 'udp', sender: 'a' }, 'unparsed')
    const response = await fetch(`${origin}/metrics`)
    const text = await response.text()
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(text).toContain('attack_map_lines_received_total{source="udp"} 1\n')
    expect(text).toContain('attack_map_lines_total{source="udp",outcome="unparsed"} 1\n')
    expect(text).toContain('attack_map_lines_total{source="tcp",outcome="parsed"} 0\n')
    expect(text.endsWith('\n')).toBe(true)
  })

  it.each(['/nothing', '/assets', '/assets/', '/.env', '/health/x'])('has no %s', async (path) => {
    expect((await fetch(`${origin}${path}`)).status).toBe(404)
  })

  it.each(['/../secret.txt', '/..%2fsecret.txt', '/%2e%2e/secret.txt', '/%00', '/%'])(
    'does not leave its folder for %s',
    async (path) => {
      const { status, body } = await rawGet(origin, path)
      expect(status).toBeGreaterThanOrEqual(400)
      expect(status).toBeLessThan(500)
      expect(body).toMatch(/^(not found|bad request)\n$/)
    },
  )

  it('allows reading only', async () => {
    const response = await fetch(`${origin}/`, { method: 'POST' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD')
  })
})

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening')
  return `http://127.0.0.1:${address.port}`
}

/** `fetch` tidies paths up; this one sends them as they are. */
function rawGet(origin: string, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin)
    request({ hostname, port, path }, async (response) => {
      let body = ''
      for await (const chunk of response) body += chunk
      resolve({ status: response.statusCode ?? 0, body })
    })
      .on('error', reject)
      .end()
  })
}
