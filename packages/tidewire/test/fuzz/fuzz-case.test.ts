import { SeededRandom } from 'tidewire/testing'
import { describe, expect, test } from 'vitest'
import { caseOf, describeCase, type FuzzCase } from './fuzz-case.ts'
import { mutatedFrame } from './mutated-frame.ts'

describe('a case of the fuzzer', () => {
  test('is the same whenever it is made', () => {
    for (let index = 0; index < 50; index += 1) {
      expect(describeCase(caseOf(7, index))).toBe(describeCase(caseOf(7, index)))
    }
  })

  test('is another one for another seed or number', () => {
    const cases = [1, 2].flatMap((seed) => range(100).map((index) => bytesOf(caseOf(seed, index))))
    expect(new Set(cases).size).toBeGreaterThan(150)
  })

  test('gets through its handshake more often than not', () => {
    const sound = /^GET \/(open|strict|deflate|door) HTTP\/1\.1\r\n/
    const begun = range(500).filter((index) => sound.test(bytesOf(caseOf(3, index))))
    expect(begun.length).toBeGreaterThan(350)
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

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}

function bytesOf({ steps }: FuzzCase): string {
  const written = steps.flatMap((step) => (step.kind === 'write' ? [step.bytes] : []))
  return Buffer.concat(written).toString('latin1')
}
