import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import { listen, stop } from './start-server.ts'

/** An issuer's set of public keys on a real server, and the private keys that go with them. */
export async function startKeySetServer(): Promise<KeySetServer> {
  const published = new Map<string, JsonWebKey>()
  let answer: KeySetServer['answer'] = null
  let asked = 0
  const server = createServer((_request, response) => {
    asked += 1
    if (answer !== null) return answer(response)
    const keys = [...published].map(([kid, key]) => ({ ...key, kid, alg: 'RS256', use: 'sig' }))
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ keys }))
  })
  const port = await listen(server)
  return {
    url: `http://127.0.0.1:${port}/jwks`,
    get asked() {
      return asked
    },
    get answer() {
      return answer
    },
    set answer(other) {
      answer = other
    },
    publish(kid) {
      const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
      published.set(kid, publicKey.export({ format: 'jwk' }))
      return privateKey
    },
    withdraw(kid) {
      published.delete(kid)
    },
    [Symbol.asyncDispose]: () => stop(server),
  }
}

export interface KeySetServer extends AsyncDisposable {
  readonly url: string
  /** How often the set was asked for. */
  readonly asked: number
  /** What answers instead of the set; null for the set. */
  answer: ((response: ServerResponse) => void) | null
  /** Adds a key; the answer is its private half. */
  publish(kid: string): KeyObject
  withdraw(kid: string): void
}

type JsonWebKey = ReturnType<KeyObject['export']>
