import { describe, expect, test } from 'vitest'
import { basicAuth } from '../../src/node/index.ts'
import type { AuthOptions } from '../../src/node/options.ts'
import { askFrames } from '../support/frame-request.ts'
import { bearer, bearerUsers, startHttpServer } from '../support/http-server.ts'
import { post, type Reply, sendHttp } from '../support/send-http.ts'

const basic = basicAuth({
  realm: 'room',
  verify: (name, password) => (password === 'right' ? { userId: name } : null),
})
const wrong = { Authorization: 'Bearer wrong' }
const invalidToken = [401, 'INVALID_TOKEN', 'Bearer error="invalid_token"']

describe('who brings a credential over plain HTTP', () => {
  test.each(['optional', 'required'] as const)(
    'P-072 is told by 401 that it is wrong, on every route for users, in mode %s',
    async (mode) => {
      await using server = await startHttpServer({ auth: { ...bearerUsers, mode } })
      const path = '/api/channels/log:a'
      for (const reply of [
        await post(server.port, `${path}/messages`, 1, wrong),
        await sendHttp(server.port, `${path}/messages`, { headers: wrong }),
        await sendHttp(server.port, `${path}/messages?waitMs=60000`, { headers: wrong }),
        await sendHttp(server.port, `${path}/events`, { headers: wrong }),
      ]) {
        expect(outcomeOf(reply)).toEqual(invalidToken)
      }
    },
  )

  test('P-072 is told by 401 that it has ended, also while a request waits', async () => {
    let lifeMs = 300
    const auth: AuthOptions = {
      verify: () => (lifeMs > 0 ? { userId: 'ada', expiresAt: Date.now() + lifeMs } : null),
    }
    await using server = await startHttpServer({ auth })
    const ask = () =>
      sendHttp(server.port, '/api/channels/members:a/messages?waitMs=60000', { headers: wrong })
    expect(outcomeOf(await ask())).toEqual(invalidToken)
    lifeMs = 0
    expect(outcomeOf(await ask())).toEqual(invalidToken)
  })

  test('P-072 gets 403 when it is right and the channel not for that user', async () => {
    await using server = await startHttpServer({ auth: bearerUsers })
    const reply = await post(server.port, '/api/channels/news/messages', 1, bearer('ada'))
    expect(outcomeOf(reply)).toEqual([403, 'FORBIDDEN', undefined])
  })

  test('P-072 is asked for it in every way there is', async () => {
    const strategies = [basic]
    await using closed = await startHttpServer({
      auth: { ...bearerUsers, mode: 'required', strategies },
    })
    const ask = async (Authorization?: string) => {
      const headers = Authorization === undefined ? {} : { Authorization }
      return outcomeOf(await sendHttp(closed.port, '/api/channels/log:a/messages', { headers }))
    }
    const asBasic = 'Basic realm="room", charset="UTF-8"'
    expect(await ask()).toEqual([401, 'NOT_AUTHENTICATED', `${asBasic}, Bearer`])
    const refused = [401, 'INVALID_TOKEN', `${asBasic}, Bearer error="invalid_token"`]
    expect(await ask('Bearer wrong')).toEqual(refused)
    expect(await ask(`Basic ${btoa('ada:wrong')}`)).toEqual(refused)
    expect(await ask(`Basic ${btoa('ada:right')}`)).toEqual([200, undefined, undefined])
  })

  test('P-074 is refused as at a handshake where it says frames', async () => {
    await using server = await startHttpServer({ auth: bearerUsers })
    const refused = await askFrames(server.port, [], { headers: wrong })
    expect(outcomeOf(refused)).toEqual([403, 'FORBIDDEN', undefined])
  })
})

function outcomeOf({ status, headers, json }: Pick<Reply, 'status' | 'headers' | 'json'>) {
  return [status, json().code, headers['www-authenticate']]
}
