import { describe, expect, it } from 'vitest'
import { isTidewireError, TidewireError } from './tidewire-error.ts'

describe('TidewireError', () => {
  it('keeps its code, cause and delay', () => {
    const cause = new Error('underneath')
    const options = { cause, retryAfterMs: 5 }
    const error = new TidewireError('TIMEOUT', 'too late', options)
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ name: 'TidewireError', code: 'TIMEOUT', ...options })
    expect(String(error)).toBe('TidewireError: too late')
  })

  it('has no cause when there is none', () => {
    expect('cause' in new TidewireError('TIMEOUT', 'too late')).toBe(false)
  })

  it('is known by its name, also from another copy of the package', () => {
    const copied = Object.assign(new Error('x'), { name: 'TidewireError', code: 'TIMEOUT' })
    expect(isTidewireError(copied)).toBe(true)
    expect(isTidewireError(new TidewireError('TIMEOUT', 'x'))).toBe(true)
    for (const other of [new Error('x'), null, 'TidewireError', { name: 'TidewireError' }]) {
      expect(isTidewireError(other)).toBe(false)
    }
  })
})
