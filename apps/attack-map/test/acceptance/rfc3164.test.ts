/**
 * The RFC 3164 vectors of go-syslog.
 */
import { expect, it } from 'vitest'
import { parseRfc3164 } from '../../src/server/syslog/rfc3164.ts'
import { describeWithSharedData, readSharedText } from '../shared-data.ts'

interface Vector {
  readonly input: string
  readonly valid: boolean
  readonly expected: {
    readonly priority: number
    readonly timestamp: string
    readonly hostname: string
    readonly appname?: string
    readonly procid?: string
    readonly message: string
  }
}

const now = new Date(2020, 5, 15).getTime()

describeWithSharedData('RFC 3164 vectors', () => {
  const vectors: readonly Vector[] = JSON.parse(
    readSharedText('go-syslog-mit/rfc3164-vectors.json'),
  )

  it.each(vectors)('reads every field of $input', ({ input, valid, expected }) => {
    const result = parseRfc3164(input, now)
    expect(result.ok).toBe(valid)
    expect(result.ok && result.message).toMatchObject({
      priority: expected.priority,
      host: expected.hostname,
      app: expected.appname ?? null,
      processId: expected.procid ?? null,
      text: expected.message,
    })
    // The vectors name no year; without one the nearest to `now` counts.
    const candidates = [2019, 2020, 2021].map((year) => Date.parse(`${expected.timestamp} ${year}`))
    const nearest = candidates.sort((a, b) => Math.abs(a - now) - Math.abs(b - now))[0]
    expect(result.ok && result.message.at).toBe(nearest)
  })
})
