import { describe, expect, it } from 'vitest'
import { isTidewireError, TidewireError } from './tidewire-error.ts'

describe('TidewireError', () => {
  it('keeps its code and what else is known', () => {
    const details = { message: 'too late', cause: new Error('underneath'), retryAfterMs: 5 }
    const error = new TidewireError('TIMEOUT', details)
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ name: 'TidewireError', code: 'TIMEOUT', ...details })
    expect(String(error)).toBe('TidewireError: too late')
  })

  it('says its code where that says it all', () => {
    const error = new TidewireError('TIMEOUT')
    expect(String(error)).toBe('TidewireError: TIMEOUT')
    expect('cause' in error).toBe(false)
  })

  it('is known by its name, also from another copy of the package', () => {
    const copied = Object.assign(new Error('x'), { name: 'TidewireError', code: 'TIMEOUT' })
    expect(isTidewireError(copied)).toBe(true)
    expect(isTidewireError(new TidewireError('TIMEOUT'))).toBe(true)
    for (const other of [new Error('x'), null, 'TidewireError', { name: 'TidewireError' }]) {
      expect(isTidewireError(other)).toBe(false)
    }
  })
})
