import { readFileSync } from 'node:fs'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { backendKey, startHttpServer } from '../support/http-server.ts'
import { type PastedServer, startPasted } from '../support/pasted-server.ts'
import { connectRaw } from '../support/raw-client.ts'

const levels = pino.levels.values

/** docs/guide/observability.md promises servers that run when pasted, and a scrape that is answered. */
test('the server with pino logs what failed, with its cause, and how a connection ended', async () => {
  await using server = await startPasted('observability', 'logging')
  await using client = await connectRaw(server.url)
  const answer = await client.ask({ type: 'subscribe', id: 1, channel: 'chat:a' })
  expect(answer).toMatchObject({ code: 'FORBIDDEN' })
  const failure = await lineWith(server, 'a permission failed')
  expect(failure).toMatchObject({
    level: levels['error'],
    channel: 'chat:a',
    cause: { type: 'Error', message: 'the table of members is locked' },
  })
  expect(failure).toMatchObject({ cause: { stack: expect.stringContaining('canSubscribe') } })
  client.close()
  for (;;) {
    const end = await lineWith(server, 'a connection ended')
    expect(end).toMatchObject({ level: levels['info'], transport: 'websocket', endedBy: 'client' })
    if (end['connectionId'] === client.hello.connectionId) break
  }
})

test('the server with a tracer tells every delivery of the publishes it samples', async () => {
  await using server = await startPasted('observability', 'tracing')
  await using client = await connectRaw(server.url)
  await client.ask({ type: 'subscribe', id: 1, channel: 'chat:a' })
  const publish = { type: 'publish', channel: 'chat:a', payload: 1 }
  for (let n = 0; n < 60; n += 1) {
    client.send(publish)
    await client.next('message')
  }
  const told = { publish: 0, deliver: 0 }
  // Of 60 at least five are sampled, but for one run in a trillion.
  while (told.publish < 5 || told.deliver < told.publish) {
    const [, name] =
      /^ {2}name: '(publish|deliver) chat:\{room\}'/.exec(await server.nextLine()) ?? []
    if (name === 'publish' || name === 'deliver') told[name] += 1
  }
  expect(told.deliver).toBe(told.publish)
})

test('what Prometheus is told to scrape is answered to its key', async () => {
  const guide = readFileSync(
    new URL('../../../../docs/guide/observability.md', import.meta.url),
    'utf8',
  )
  const [, path, type] = /metrics_path: (\S+)\n.*?type: (\w+)\n/s.exec(guide) ?? []
  const { key, headers } = backendKey(['metrics'])
  await using server = await startHttpServer({ apiKeys: [key] })
  const [ownType, token] = headers.Authorization.split(' ')
  expect(type).toBe(ownType)
  const scraped = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    headers: { authorization: `${type} ${token}` },
  })
  expect(scraped.status).toBe(200)
  expect(await scraped.text()).toContain('tidewire_build_info')
})

/** The next line that says this; others are passed over. */
async function lineWith(
  server: PastedServer,
  message: string,
): Promise<Readonly<Record<string, unknown>>> {
  for (;;) {
    const line: Readonly<Record<string, unknown>> = JSON.parse(await server.nextLine())
    if (String(line['msg']).startsWith(message)) return line
  }
}
