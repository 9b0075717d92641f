import { expect, it } from 'vitest'
import { lineLogger } from './line-logger.ts'

it('writes the time, the level, the message and its fields on one line', () => {
  const [line] = logged((logger) => {
    logger.warn('a reader is slow', { connectionId: 'a-1', bytes: 12, channel: 'a b' })
  })
  expect(line).toMatch(
    /^\d{4}-\d\d-\d\dT[\d:.]+Z warn a reader is slow connectionId=a-1 bytes=12 channel="a b"$/,
  )
})

it('says what a cause was and where it came from', () => {
  const [line] = logged((logger) => logger.error('it failed', { cause: new RangeError('too far') }))
  expect(line).toMatch(/ error it failed cause="RangeError: too far at .*line-logger\.test\.ts/)
})

it('keeps to errors and warnings', () => {
  const lines = logged((logger) => {
    logger.debug('a detail')
    logger.info('good news')
  })
  expect(lines).toEqual([])
})

it('lets nothing begin a line of its own', () => {
  const forged = 'x\n2026-01-01 error forged\r\u001b[31m'
  const lines = logged((logger) => {
    logger.warn(forged, { text: forged, cause: new Error(forged), nested: { forged: [forged] } })
  })
  expect(lines).toHaveLength(1)
  expect(lines[0]).not.toMatch(/\p{Cc}/u)
})

it('takes values that are no JSON', () => {
  const circular: Record<string, unknown> = {}
  circular['self'] = circular
  const [line] = logged((logger) => logger.warn('odd', { circular, big: 1n, none: undefined }))
  expect(line).toMatch(/circular=.* big=1n none=undefined$/)
})

function logged(act: (logger: ReturnType<typeof lineLogger>) => void): readonly string[] {
  const lines: string[] = []
  act(lineLogger((line) => lines.push(line)))
  return lines
}
