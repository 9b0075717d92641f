import { describe, expect, it } from 'vitest'
import { AttemptLimiter } from './attempt-limiter.ts'

function limiter(maxKeys = 100) {
  const clock = { now: 0 }
  const limit = { burst: 2, refillMs: 1000, maxKeys }
  return { clock, limiter: new AttemptLimiter(limit, () => clock.now) }
}

const allowed = { kind: 'allowed' }

describe('AttemptLimiter', () => {
  it('allows a burst, then one per refill, and says when', () => {
    const { clock, limiter: attempts } = limiter()
    expect([attempts.take('a'), attempts.take('a')]).toEqual([allowed, allowed])
    expect(attempts.take('a')).toEqual({ kind: 'limited', retryAfterMs: 1000, isFirst: true })
    clock.now = 999
    expect(attempts.take('a')).toEqual({ kind: 'limited', retryAfterMs: 1, isFirst: false })
    clock.now = 1000
    expect(attempts.take('a')).toEqual(allowed)
    expect(attempts.take('a')).toMatchObject({ kind: 'limited', isFirst: true })
  })

  it('counts each key for itself', () => {
    const { limiter: attempts } = limiter()
    for (const _ of [1, 2, 3]) attempts.take('a')
    expect(attempts.take('b')).toEqual(allowed)
  })

  it('gives an attempt back, and never more than there were', () => {
    const { limiter: attempts } = limiter()
    attempts.take('a')
    for (const _ of [1, 2, 3]) attempts.giveBack('a')
    expect([1, 2, 3].map(() => attempts.take('a').kind)).toEqual(['allowed', 'allowed', 'limited'])
  })

  it('forgets the key that was not tried for longest', () => {
    const { limiter: attempts } = limiter(2)
    for (const key of ['a', 'a', 'b', 'b', 'a']) attempts.take(key)
    attempts.take('c')
    expect(attempts.take('a').kind).toBe('limited')
    expect(attempts.take('b').kind).toBe('allowed')
  })
})
