import { describe, expect, test } from 'vitest'
import { busyTicksIn } from './machine-load.ts'
import { cpuTicksIn, rssPagesIn, usageOf } from './process-usage.ts'

describe('/proc', () => {
  test('tells user and system ticks of a program whatever its name', () => {
    const rest = 'S 1 1 1 0 -1 4194304 100 0 0 0 1234 56 0 0 20 0 11 0 100 1000 200'
    expect(cpuTicksIn(`42 (node) ${rest}`)).toBe(1290)
    expect(cpuTicksIn(`42 (a) b (c d) ${rest}`)).toBe(1290)
  })

  test('tells resident pages', () => {
    expect(rssPagesIn('266241 12345 9999 1 0 2222 0\n')).toBe(12_345)
  })

  test('tells the ticks in which the machine was neither idle nor waiting', () => {
    const text = 'cpu  100 10 50 99999 777 3 4 5 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n'
    expect(busyTicksIn(text)).toBe(172)
  })

  test('tells what this process has used', () => {
    const { cpuMs, rssBytes } = usageOf(process.pid)
    const { user, system } = process.cpuUsage()
    expect(Math.abs(cpuMs - (user + system) / 1_000)).toBeLessThan(100)
    expect(rssBytes).toBeGreaterThan(10_000_000)
  })

  test('knows no process that is not there', () => {
    expect(() => usageOf(2 ** 30)).toThrow('ENOENT')
  })
})
