import { describe, expect, test } from 'vitest'
import { FallbackMemory } from './fallback-memory.ts'

/** As a page's session keeps it. */
function storage(initial: readonly (readonly [string, string])[] = []) {
  const kept = new Map(initial)
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  }
}

describe('the memory of a fallback', () => {
  test('begins with the best way, and with another one only until its time', () => {
    const memory = new FallbackMemory(undefined)
    expect(memory.recall(0)).toBe(0)
    memory.remember(2, 1_000)
    expect([memory.recall(999), memory.recall(1_000)]).toEqual([2, 0])
  })

  test('is there for the next page of the session', () => {
    const session = storage()
    new FallbackMemory(session).remember(1, 1_000)
    expect(new FallbackMemory(session).recall(500)).toBe(1)
    new FallbackMemory(session).remember(0, 0)
    expect(new FallbackMemory(session).recall(500)).toBe(0)
  })

  test.each(['', 'nonsense', '1', '1 NaN', 'x 99999999999999', '\u0000'])(
    'takes %j in a storage for nothing',
    (text) => {
      const memory = new FallbackMemory(storage([['tidewire.fallback', text]]))
      expect(memory.recall(500)).toBe(0)
    },
  )

  test('does without a storage that may not be used', () => {
    const forbidden = () => {
      throw new DOMException('forbidden', 'SecurityError')
    }
    const memory = new FallbackMemory({ getItem: forbidden, setItem: forbidden })
    memory.remember(1, 1_000)
    expect(memory.recall(0)).toBe(1)
  })
})
