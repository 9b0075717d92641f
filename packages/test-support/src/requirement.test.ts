import { afterEach, describe, expect, it, vi } from 'vitest'
import { isProvided } from './requirement.ts'

describe('isProvided', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
  })

  it('says nothing of what is there', () => {
    const printed = watchStderr()
    expect(isProvided(true, 'no browser')).toBe(true)
    expect(printed).toEqual([])
  })

  it('says what is missing on a machine of a developer', () => {
    vi.stubEnv('CI', undefined)
    const printed = watchStderr()
    expect(isProvided(false, 'no browser')).toBe(false)
    expect(printed).toEqual(['skipped: no browser\n'])
  })

  it('fails for what is missing in CI', () => {
    vi.stubEnv('CI', 'true')
    expect(() => isProvided(false, 'no browser')).toThrow('no browser')
  })
})

function watchStderr(): readonly unknown[] {
  const printed: unknown[] = []
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed.push(text)
    return true
  })
  return printed
}
