import { SeededRandom } from 'tidewire/testing'
import { describe, expect, test } from 'vitest'
import { caseOf, describeCase, type FuzzCase } from './fuzz-case.ts'
import { mutatedFrame } from './mutated-frame.ts'

const surfaces = ['frames', 'http', 'all'] as const

describe('a case of the fuzzer', () => {
  test('is the same whenever it is made', () => {
    for (const surface of surfaces) {
      for (let index = 0; index < 50; index += 1) {
        expect(describeCase(caseOf(7, index, surface))).toBe(
          describeCase(caseOf(7, index, surface)),
        )
      }
    }
  })

  test('is another one for another seed or number', () => {
    const cases = [1, 2].flatMap((seed) => range(100).map((index) => bytesOf(caseOf(seed, index))))
    expect(new Set(cases).size).toBeGreaterThan(150)
  })

  test('gets through its handshake more often than not', () => {
    const sound = /^GET \/(open|strict|deflate|door) HTTP\/1\.1\r\n/
    const begun = range(500).filter((index) => sound.test(bytesOf(caseOf(3, index, 'frames'))))
    expect(begun.length).toBeGreaterThan(350)
  })

  test('asks for every route of the API, as it is and otherwise', () => {
    const asked = range(2_000)
      .map((index) => bytesOf(caseOf(5, index, 'http')))
      .join('\n')
    for (const route of routes) expect(asked).toMatch(route)
    for (const method of ['GET', 'POST', 'HEAD', 'OPTIONS', 'DELETE']) {
      expect(asked).toContain(`${method} /`)
    }
  })

  test('says frames of every type', () => {
    const random = new SeededRandom(1)
    const said = range(500)
      .map(() => mutatedFrame(random))
      .join('\n')
    for (const type of ['auth', 'subscribe', 'unsubscribe', 'publish', 'call', 'history']) {
      expect(said).toContain(`"type":"${type}"`)
    }
  })
})

const routes = [
  /GET \/open\/api\/channels\/[^/ ]+\/events\?/,
  /GET \/strict\/api\/events\?channel=/,
  /GET \/door\/api\/channels\/[^/ ]+\/messages\?/,
  /POST \/deflate\/api\/channels\/[^/ ]+\/messages /,
  /POST \/open\/api\/frames/,
  /POST \/open\/api\/users\/ada\/messages /,
  /POST \/open\/api\/users\/ada\/disconnect /,
  /GET \/open\/api\/channels\?/,
  /GET \/open\/api\/connections\?/,
  /GET \/open\/api\/asyncapi\.json /,
  /GET \/metrics /,
]

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}

function bytesOf({ steps }: FuzzCase): string {
  const written = steps.flatMap((step) => (step.kind === 'write' ? [step.bytes] : []))
  return Buffer.concat(written).toString('latin1')
}
