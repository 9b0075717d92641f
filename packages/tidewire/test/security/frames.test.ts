import { describe, expect, test, vi } from 'vitest'
import { clientFrame } from '../support/client-frame.ts'
import { openChannels } from '../support/open-channels.ts'
import { besiege, type Siege } from './harness/besiege.ts'

describe('frames that are none', () => {
  const siege = besiege()

  test.each(['', 'null', '[]', '[[]]', '42', '"x"', 'true'])(
    'row 9: the text %j is INVALID_FRAME and the connection stays',
    async (text) => {
      expect(await siege.answerTo(text)).toMatchObject({ code: 'INVALID_FRAME' })
    },
  )

  test('row 9: {} is MISSING_TYPE and the connection stays', async () => {
    expect(await siege.answerTo('{}')).toMatchObject({ code: 'MISSING_TYPE' })
  })

  test.each([
    'hello',
    '{"type":"heartbeat"',
    '{"type":"publish","channel":"room:a","payload":NaN}',
    '{"type":"heartbeat",}',
    '\uFEFF{"type":"heartbeat"}',
    '{"type":"heartbeat"}{}',
    '\u0000',
  ])('row 10: %j is not JSON and closes with 1003', async (text) => {
    await using client = await siege.connect()
    client.send(text)
    expect(await client.closed()).toMatchObject({ code: 1003 })
  })
})

describe('frames that are large inside', () => {
  const siege = besiege()
  const roomy = besiege({ limits: { maxPayloadBytes: 4 * 2 ** 20 } })

  test.each([
    ['JSON nested 100,000 deep', nested(100_000)],
    ['1,000,000 keys', keys(1_000_000)],
    ['a number with 1e6 digits', `{"type":${'7'.repeat(1e6)}}`],
  ])('row 11: %s closes with 1009 and is never parsed', async (_, text) => {
    expect(await withoutParsing(text, () => siege.closeCodeAfter(clientFrame(text)))).toBe(1009)
  })

  test.each([
    ['arrays', nested(100_000)],
    ['objects', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['brackets that never close', '['.repeat(100_000)],
    ['arrays behind a text of brackets', `{"a":"${'\\"['.repeat(1_000)}","b":${nested(100_000)}}`],
  ])(
    'row 11: %s, 100,000 deep, are INVALID_FRAME where the limit lets them in, and never parsed',
    async (_, text) => {
      const answer = await withoutParsing(text, () => firstAnswer(roomy, text))
      expect(answer).toContain('"INVALID_FRAME"')
      expect(answer).toContain('32 levels')
    },
  )

  test('row 11: keys and digits up to the limit are only data', async () => {
    expect(await siege.answerTo(keys(4_000))).toMatchObject({ code: 'MISSING_TYPE' })
    const digits = `{"type":${'7'.repeat(65_000)}}`
    expect(await siege.answerTo(digits)).toMatchObject({ code: 'INVALID_FRAME' })
  })
})

describe('frames that reach for the prototype', () => {
  const siege = besiege({
    channels: openChannels,
    methods: { echo: { access: 'anyone', handle: (input: unknown) => input } },
  })
  const poison = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'

  test('row 12: as a payload it is delivered as data', async () => {
    await using reader = await siege.connect()
    await reader.ask({ type: 'subscribe', id: 1, channel: 'room:p' })
    await using writer = await siege.connect()
    const publish = `{"type":"publish","id":1,"channel":"room:p","payload":${poison}}`
    expect(await writer.ask(publish)).toMatchObject({ type: 'ack' })
    expect(String(await reader.nextBytes())).toContain(`"payload":${poison}`)
    expectClean()
  })

  test('row 12: passed through a method it comes back as data', async () => {
    await using client = await siege.connect()
    client.send(`{"type":"call","id":1,"method":"echo","payload":${poison}}`)
    expect(String(await client.nextBytes())).toContain(`"payload":${poison}`)
    expectClean()
  })

  test.each([
    ['{"__proto__":{"type":"heartbeat"}}', 'MISSING_TYPE'],
    ['{"constructor":{"prototype":{"type":"heartbeat"}}}', 'MISSING_TYPE'],
    ['{"type":"__proto__","id":1}', 'UNKNOWN_TYPE'],
    ['{"type":"constructor","id":1}', 'UNKNOWN_TYPE'],
    ['{"type":"call","id":1,"method":"__proto__"}', 'UNKNOWN_METHOD'],
    ['{"type":"call","id":1,"method":"hasOwnProperty"}', 'UNKNOWN_METHOD'],
    ['{"type":"subscribe","id":1,"channel":"__proto__"}', 'FORBIDDEN'],
    ['{"type":"subscribe","id":1,"channel":"constructor"}', 'FORBIDDEN'],
  ])('row 12: in the frame itself it is nothing: %s is %s', async (text, code) => {
    expect(await siege.answerTo(text)).toMatchObject({ code })
    expectClean()
  })

  test('row 12: as an open id it is an id like others', async () => {
    for (const id of ['__proto__', 'constructor', 'toString']) {
      expect(await siege.answerTo({ type: 'call', id, method: 'echo', payload: 7 })).toEqual({
        type: 'result',
        id,
        payload: 7,
      })
    }
  })
})

describe('frames of the wrong kind', () => {
  const siege = besiege()

  test.each([
    ['an unknown type', '{"type":"dance","id":1}', { id: 1, code: 'UNKNOWN_TYPE' }],
    ['a type of the server', '{"type":"ack","id":1}', { id: 1, code: 'UNKNOWN_TYPE' }],
    ['a type of the wrong kind', '{"type":7,"id":1}', { id: 1, code: 'INVALID_FRAME' }],
    ['a type that is an array', '{"type":["auth"]}', { code: 'INVALID_FRAME' }],
    ['an id of 65 bytes', `{"type":"heartbeat","id":"${'i'.repeat(65)}"}`, {}],
    ['an id that is an object', '{"type":"heartbeat","id":{}}', {}],
    ['an id that is 2^53+1', '{"type":"heartbeat","id":9007199254740993}', {}],
    ['an id that is no integer', '{"type":"heartbeat","id":0.1}', {}],
  ])('row 13: %s gets one error', async (_, text, error) => {
    const answer = await siege.answerTo(text)
    expect(answer).toMatchObject({ type: 'error', code: 'INVALID_FRAME', ...error })
    if (!('id' in error)) expect(answer).not.toHaveProperty('id')
  })

  test('row 13: an id that is still open gets one error, and its first owner one answer', async () => {
    await using client = await siege.connect()
    client.send([
      { type: 'history', id: 1, channel: 'log:a' },
      { type: 'history', id: 1, channel: 'log:a' },
    ])
    const answers = [await client.next(), await client.next()]
    expect(answers).toContainEqual(expect.objectContaining({ type: 'ack', id: 1 }))
    expect(answers).toContainEqual(expect.objectContaining({ code: 'INVALID_FRAME' }))
    await client.expectSilence()
  })
})

describe('positions that are none', () => {
  const siege = besiege()
  const since = (offset: string, epoch = '"E"') =>
    `{"type":"subscribe","id":1,"channel":"log:since","since":{"epoch":${epoch},"offset":${offset}}}`

  test.each(['-1', '0.5', '9007199254740993', '1e400', '"1"', 'null', '[]'])(
    'row 25: the offset %s is INVALID_FRAME',
    async (offset) => {
      const answer = await siege.answerTo(since(offset))
      expect(answer).toMatchObject({ id: 1, code: 'INVALID_FRAME' })
    },
  )

  test.each(['{}', '7', 'null', '""'])('row 25: the epoch %s is INVALID_FRAME', async (epoch) => {
    expect(await siege.answerTo(since('1', epoch))).toMatchObject({ code: 'INVALID_FRAME' })
  })

  test('row 25: another epoch is not recovered, and what is new arrives', async () => {
    const told = { recovered: false, reason: 'EPOCH_CHANGED' }
    await expectSubscribed(siege, since('1'), told)
  })

  test('row 25: an offset in the future is not recovered, and what is new arrives', async () => {
    const { position } = await siege.server.tide.publish('log:since', 0)
    const epoch = JSON.stringify(position?.epoch)
    const told = { recovered: false, reason: 'EPOCH_CHANGED' }
    await expectSubscribed(siege, since('999999', epoch), told)
    await expectSubscribed(siege, since(String(Number.MAX_SAFE_INTEGER), epoch), told)
  })
})

async function expectSubscribed(siege: Siege, frame: string, ack: object): Promise<void> {
  await using client = await siege.connect()
  expect(await client.ask(frame)).toMatchObject({ type: 'ack', id: 1, ...ack })
  await siege.server.tide.publish('log:since', 'new')
  expect(await client.next('message')).toMatchObject({ payload: 'new' })
}

/** Fails when anybody in this process, the server included, begins to parse this text. */
async function withoutParsing<TResult>(
  text: string,
  attack: () => Promise<TResult>,
): Promise<TResult> {
  const parse = vi.spyOn(JSON, 'parse')
  try {
    const result = await attack()
    expect(parse.mock.calls.some(([parsed]) => parsed === text)).toBe(false)
    return result
  } finally {
    parse.mockRestore()
  }
}

async function firstAnswer(siege: Siege, text: string): Promise<string> {
  await using socket = await siege.open()
  socket.write(clientFrame(text))
  return String((await socket.nextFrame()).payload)
}

function expectClean(): void {
  expect({}).not.toHaveProperty('polluted')
}

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth)
}

function keys(count: number): string {
  return `{${Array.from({ length: count }, (_, index) => `"k${index}":0`).join(',')}}`
}
