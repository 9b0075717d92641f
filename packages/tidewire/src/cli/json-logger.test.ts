import { expect, it } from 'vitest'
import { jsonLogger, type LogLevel } from './json-logger.ts'

it('writes the time, the level, the message and its fields as one JSON object', () => {
  const [line = ''] = logged((logger) => {
    logger.warn('a reader is slow', { connectionId: 'a-1', bytes: 12 })
  })
  const { time, ...rest } = JSON.parse(line)
  expect(time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  expect(rest).toEqual({
    level: 'warn',
    message: 'a reader is slow',
    connectionId: 'a-1',
    bytes: 12,
  })
})

it('says what a cause was and where it came from', () => {
  const cause = new RangeError('too far', { cause: new Error('the reason') })
  const [line = ''] = logged((logger) => logger.error('it failed', { cause }))
  expect(JSON.parse(line).cause).toMatchObject({
    name: 'RangeError',
    message: 'too far',
    at: expect.stringContaining('json-logger.test.ts'),
    cause: { message: 'the reason' },
  })
})

it.each<[LogLevel, readonly string[]]>([
  ['debug', ['debug', 'info', 'warn', 'error']],
  ['info', ['info', 'warn', 'error']],
  ['warn', ['warn', 'error']],
  ['error', ['error']],
  ['silent', []],
])('at the level %s it says %j', (level, said) => {
  const lines = logged((logger) => {
    for (const name of ['debug', 'info', 'warn', 'error'] as const) logger[name]('x')
  }, level)
  expect(lines.map((line) => JSON.parse(line).level)).toEqual(said)
})

it('lets nothing begin a line of its own, or be a line of another level', () => {
  const forged = 'x\n{"level":"error"}\r\u001b[31m\u0085\u009b'
  const fields = { text: forged, cause: new Error(forged), level: 'error', message: 'forged' }
  const lines = logged((logger) => logger.warn(forged, fields))
  expect(lines).toHaveLength(1)
  expect(lines[0]).not.toMatch(/\p{Cc}/u)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'warn' })
  expect(JSON.parse(lines[0] ?? '').message).not.toBe('forged')
})

it('leaves out what has the name of a secret', () => {
  const fields = { token: 'hunter2', nested: { Authorization: 'hunter2' } }
  expect(logged((logger) => logger.warn('x', fields)).join()).not.toContain('hunter2')
})

it('takes values that are no JSON', () => {
  const circular: Record<string, unknown> = {}
  circular['self'] = circular
  const lines = logged((logger) => {
    logger.warn('odd', { circular })
    logger.warn('big', { big: 1n })
  })
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { message: 'odd', fields: 'cannot be written as JSON' },
    { message: 'big', big: '1' },
  ])
})

function logged(
  act: (logger: ReturnType<typeof jsonLogger>) => void,
  level: LogLevel = 'debug',
): readonly string[] {
  const lines: string[] = []
  act(jsonLogger((line) => lines.push(line), level))
  return lines
}
