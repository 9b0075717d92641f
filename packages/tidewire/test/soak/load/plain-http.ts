import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request as openRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import { jwtOf } from './credentials.ts'
import type { Crew, Scene } from './crew.ts'

/** Clients without a WebSocket, and backends. */
export const plainHttpCrews: readonly Crew[] = [
  { name: 'streams', size: 12, restMs: 1_000, visit: follow },
  { name: 'polls', size: 10, restMs: 500, visit: poll },
  { name: 'frames', size: 6, restMs: 1_000, visit: exchange },
  { name: 'backends', size: 2, restMs: 600, visit: work },
]

/** Follows a stream, is cut, and goes on where it was; now and then without reading. */
async function follow(scene: Scene): Promise<void> {
  const { random, rest } = scene
  const channels = random.pick([['witness'], ['bulk'], [`log:${random.integer(1, 50)}`, 'witness']])
  const query = channels.map((channel) => `channel=${encodeURIComponent(channel)}`).join('&')
  let lastEventId = ''
  for (let cuts = random.integer(0, 3); cuts >= 0; cuts -= 1) {
    const headers = { ...(lastEventId !== '' && { 'Last-Event-ID': lastEventId }) }
    const request = ask(scene, `/api/events?${query}`, { headers })
    const response = await answerTo(request)
    if (response === null) return scene.tell('no answer')
    scene.tell(`stream ${response.statusCode}`)
    response.setEncoding('utf8').on('data', (chunk: string) => {
      lastEventId = /^id: (.*)$/m.exec(chunk)?.[1] ?? lastEventId
    })
    await rest(random.integer(500, 8_000))
    if (random.chance(0.2)) {
      response.pause()
      await rest(random.integer(1_000, 10_000))
    }
    request.destroy()
  }
}

/** Waits for events, and asks again; or leaves before they come. */
async function poll(scene: Scene): Promise<void> {
  const { random, rest, tell } = scene
  const channel = random.pick(['witness', `log:${random.integer(1, 50)}`, 'room:quiet'])
  const path = `/api/channels/${encodeURIComponent(channel)}/messages`
  const waitMs = random.pick([0, 100, 5_000])
  const request = ask(scene, `${path}?waitMs=${waitMs}&limit=${random.integer(1, 100)}`)
  if (random.chance(0.3)) {
    await rest(random.integer(0, 1_000))
    request.destroy()
    return
  }
  const response = await answerTo(request)
  if (response === null) return tell('no answer')
  tell(`poll ${response.statusCode}`)
  await text(response)
}

/** Says frames in a request, as clients do whose proxy lets no WebSocket through; a stream, or a poll. */
async function exchange(scene: Scene): Promise<void> {
  const { random, rest, tell } = scene
  const isStream = random.chance(0.5)
  const channel = random.pick(['witness', `log:${random.integer(1, 50)}`, 'secret'])
  const frames = [
    { type: 'auth', id: 0, token: `user resident-${random.integer(1, 60)}` },
    { type: 'subscribe', id: 1, channel, last: 3 },
    { type: 'publish', id: 2, channel: 'log:1', payload: 'by a request' },
  ].slice(random.integer(0, 2))
  const request = ask(scene, `/api/frames?waitMs=${random.pick([0, 500, 5_000])}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-ndjson',
      ...(isStream && { Accept: 'text/event-stream' }),
      ...(random.chance(0.5) && {
        'Tidewire-Link': `soak-${'x'.repeat(20)}-${random.integer(1, 99)}`,
      }),
    },
    body: frames.map((frame) => JSON.stringify(frame)).join('\n'),
  })
  const response = await answerTo(request)
  if (response === null) return tell('no answer')
  tell(`frames ${response.statusCode}`)
  response.resume()
  await Promise.race([once(response, 'close'), rest(random.integer(0, 8_000))])
  request.destroy()
}

/** Publishes, looks around, and disconnects users. */
async function work(scene: Scene): Promise<void> {
  const { target, random, tell } = scene
  const headers = { Authorization: `Bearer ${target.apiToken}` }
  const key = `order-${random.integer(1, 10_000)}`
  const resident = `resident-${random.integer(1, 60)}`
  const [method, path, body] = random.pick([
    ['POST', `/api/channels/log:${random.integer(1, 2_000)}/messages`, '{"text":"from a backend"}'],
    ['POST', '/api/channels/log:1/messages', '{"text":'],
    ['POST', `/api/channels/nothing/messages`, '1'],
    ['POST', `/api/users/${resident}/disconnect`, ''],
    ['GET', '/api/connections?limit=50', ''],
    ['GET', '/api/channels?limit=50', ''],
    ['GET', '/api/asyncapi.json', ''],
    ['GET', '/metrics', ''],
    ['GET', '/health', ''],
    ['DELETE', '/api/channels', ''],
  ] as const)
  const isUser = random.chance(0.2)
  const request = ask(scene, path, {
    method,
    headers: {
      ...(isUser ? { Authorization: `Bearer ${await jwtOf(resident)}` } : headers),
      'Content-Type': 'application/json',
      'Idempotency-Key': key,
    },
    body,
  })
  const response = await answerTo(request)
  if (response === null) return tell('no answer')
  tell(`${method} ${response.statusCode}`)
  await text(response)
}

interface Question {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

function ask({ target }: Scene, path: string, question: Question = {}): ClientRequest {
  const { method = 'GET', headers = {}, body } = question
  const request = openRequest({ host: '127.0.0.1', port: target.port, path, method, headers })
  // Whoever waits for an answer sees that none comes.
  request.on('error', () => undefined)
  request.end(body)
  return request
}

/** Null: the connection has ended without one. */
async function answerTo(request: ClientRequest): Promise<IncomingMessage | null> {
  const closed = once(request, 'close').then(() => null)
  const answered = new Promise<IncomingMessage>((resolve) => {
    request.once('response', (response) => {
      response.on('error', () => undefined)
      resolve(response)
    })
  })
  return Promise.race([answered, closed])
}
