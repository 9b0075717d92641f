import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { basicAuth } from '../../src/node/index.ts'
import { exchange, type HttpAnswer, upgradeRequest } from '../support/byte-socket.ts'
import { besiege, type Siege } from './harness/besiege.ts'

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
const witness = { headers: { Authorization: basic('ada:correct horse') } }
const strategies = [basicAuth({ realm: 'control room', users: { ada: 'correct horse' } })]

function answerTo({ server }: Siege, authorization: string | null): Promise<HttpAnswer> {
  const headers = { Authorization: authorization }
  return exchange(server.port, upgradeRequest({ headers }))
}

const wrong: readonly (readonly [string, string])[] = [
  ['without a colon', basic('ada')],
  ['that is not base64', 'Basic %%%'],
  [
    'that is base64 of the URL kind',
    `Basic ${Buffer.from('ada:\u00ff\u00fe').toString('base64url')}`,
  ],
  ['of another user', basic('eve:correct horse')],
  ['with a wrong password', basic('ada:wrong horse')],
  ['with a password cut short', basic('ada:correct hors')],
  ['with a longer password', basic('ada:correct horse!')],
  ['with an empty password', basic('ada:')],
  ['with an empty name', basic(':correct horse')],
  ['that is empty', 'Basic'],
  ['that holds NUL', basic('ada\u0000:correct horse')],
  ['of __proto__', basic('__proto__:correct horse')],
  ['of 8 KB', basic(`ada:${'x'.repeat(6_000)}`)],
]

describe('passwords', () => {
  const siege = besiege({ auth: { mode: 'required', strategies }, witness })

  test('row 21: without credentials it is 401 with a challenge', async () => {
    const answer = await answerTo(siege, null)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toContain('Basic realm="control room"')
  })

  test('row 21: credentials of another scheme are none: 401', async () => {
    expect(await answerTo(siege, 'Digest username="ada"')).toMatchObject({ status: 401 })
  })

  test.each(wrong)(
    'row 21: a credential %s gets 403, and nothing of it is logged',
    async (_, value) => {
      const answer = await answerTo(siege, value)
      expect(answer.status).toBe(403)
      const sent = value.replace('Basic ', '')
      if (sent.length > 8) expect(`${siege.log}${answer.body}`).not.toContain(sent)
      expect(`${siege.log}${answer.body}`).not.toContain('horse')
    },
  )

  describe('compared in constant time', () => {
    afterEach(() => {
      vi.restoreAllMocks()
      syncBuiltinESMExports()
    })

    test.each([
      ['a user nobody is', 'eve:correct horse'],
      ['a wrong password', 'ada:wrong'],
      ['a password that is nearly right', 'ada:correct hors'],
    ])(
      'row 21: %s costs one comparison of the same length, as the right one does',
      async (_, text) => {
        const compare = vi.spyOn(crypto, 'timingSafeEqual')
        syncBuiltinESMExports()
        await answerTo(siege, basic(text))
        expect(compare.mock.calls.map(([given]) => given.byteLength)).toEqual([32])
      },
    )
  })
})

describe('passwords beside anonymous users', () => {
  const siege = besiege({ auth: { mode: 'optional', strategies } })

  test.each(wrong)(
    'row 21: who comes with a credential %s is not made anonymous: 403',
    async (_, value) => {
      expect(await answerTo(siege, value)).toMatchObject({ status: 403 })
    },
  )
})
