import assert from 'node:assert/strict'
import type { LinkHandler } from '../core/ports/link.ts'
import { SharedFrame } from '../core/ports/shared-frame.ts'
import type { WireData } from '../protocol/codec.ts'
import type { ContractCase } from './contract-case.ts'
import type { LinkUnderTest, MakeLink } from './link-contract/link-under-test.ts'

/**
 * What the comment of `Link` promises, as cases for any test runner: run it for
 * every transport.
 */
export function* linkContract(make: MakeLink): Generator<ContractCase> {
  for (const { name, check } of cases) {
    yield {
      name,
      async run() {
        const handler = new RecordingHandler()
        await using subject = await make(handler)
        await check(subject, handler)
      },
    }
  }
}

interface LinkCase {
  readonly name: string
  check(subject: LinkUnderTest, handler: RecordingHandler): Promise<void>
}

/** Remembers what a link tells. */
class RecordingHandler implements LinkHandler {
  readonly received: string[] = []
  readonly ends: number[] = []
  /** What the link says its messages have, all together. */
  receivedBytes = 0
  drains = 0

  onData(data: WireData, count: number): void {
    this.received.push(typeof data === 'string' ? data : utf8.decode(data))
    this.receivedBytes += count
  }

  onControl(): boolean {
    return true
  }

  onViolation(): void {
    // Not every transport has rules that a peer can break.
  }

  onDrain(): void {
    this.drains += 1
  }

  onClose(code: number): void {
    this.ends.push(code)
  }
}

const utf8 = new TextDecoder()
const patienceMs = 5_000
const messages = ['{"n":1}', JSON.stringify('é😀'.repeat(5_000)), '{"n":3}']

const cases: readonly LinkCase[] = [
  {
    name: 'passes on what its peer sends, whole and in order',
    async check(subject, handler) {
      for (const message of messages) subject.peer.send(message)
      await eventually(subject, () => handler.received.length === messages.length)
      assert.deepEqual(handler.received, messages)
      assert.equal(handler.receivedBytes, bytes(messages.join('')).length)
    },
  },
  {
    name: 'sends text, bytes and shared frames in the order of the calls, and says how long they are',
    async check(subject) {
      const { link, peer } = subject
      const shared = sharedFrame('{"shared":"é"}')
      assert.equal(link.send('{"text":"é"}'), 13)
      assert.equal(link.sendShared(shared), true)
      assert.equal(link.send(bytes('{"bytes":"é"}')), 14)
      assert.equal(link.sendShared(shared), true)
      await eventually(subject, () => peer.received.length === 4)
      assert.deepEqual(peer.received, [
        '{"text":"é"}',
        '{"shared":"é"}',
        '{"bytes":"é"}',
        '{"shared":"é"}',
      ])
      assert.deepEqual(shared.data, bytes('{"shared":"é"}'))
    },
  },
  {
    name: 'sends what was corked once it is uncorked, in order',
    async check(subject) {
      const { link, peer } = subject
      link.send('0')
      link.cork()
      link.send('1')
      link.sendShared(sharedFrame('2'))
      link.uncork()
      link.send('3')
      await eventually(subject, () => peer.received.length === 4)
      assert.deepEqual(peer.received, ['0', '1', '2', '3'])
    },
  },
  {
    name: 'closes with its code and reason after what was sent before, and tells its end once',
    async check(subject, handler) {
      const { link, peer } = subject
      link.send('last words')
      link.close(4005, 'token expired')
      await eventually(subject, () => peer.closed !== null && handler.ends.length > 0)
      await subject.passTime(60_000)
      assert.deepEqual(peer.received, ['last words'])
      assert.deepEqual(peer.closed, { code: 4005, reason: 'token expired' })
      assert.equal(handler.ends.length, 1)
    },
  },
  {
    name: 'tells its end once when the peer closes',
    async check(subject, handler) {
      subject.peer.close()
      await eventually(subject, () => handler.ends.length > 0)
      await subject.passTime(60_000)
      assert.deepEqual(handler.ends, [1000])
    },
  },
  {
    name: 'tells its end once when it is cut',
    async check(subject, handler) {
      subject.link.terminate()
      subject.link.terminate()
      await eventually(subject, () => handler.ends.length > 0 && subject.peer.closed !== null)
      await subject.passTime(60_000)
      assert.equal(handler.ends.length, 1)
    },
  },
  {
    name: 'sends nothing, and says so, once it is not open',
    async check(subject, handler) {
      const { link, peer } = subject
      link.close(1001, 'server is going away')
      assert.equal(link.send('late'), 0)
      assert.equal(link.sendShared(sharedFrame('late')), false)
      await eventually(subject, () => handler.ends.length > 0)
      assert.equal(link.send('later'), 0)
      link.close(1001, 'again')
      link.terminate()
      await eventually(subject, () => peer.closed !== null)
      assert.deepEqual([peer.received, handler.ends.length], [[], 1])
    },
  },
  {
    name: 'ends within seconds although its peer reads nothing',
    async check(subject, handler) {
      subject.peer.stall()
      subject.link.send('x'.repeat(1_000_000))
      subject.link.close(1001, 'server is going away')
      await subject.passTime(10_000)
      await eventually(subject, () => handler.ends.length > 0)
      assert.equal(handler.ends.length, 1)
    },
  },
  {
    name: 'is congested while its peer reads nothing, and tells when it can take more',
    async check(subject, handler) {
      const { link, peer } = subject
      const chunk = 'x'.repeat(64 * 1024)
      let sent = 0
      peer.stall()
      while (!link.isCongested && sent < 1_000) {
        link.send(chunk)
        sent += 1
        await subject.turn()
      }
      assert.ok(link.isCongested && link.bufferedBytes > 0, 'a link without end')
      assert.equal(handler.drains, 0)
      peer.drain()
      await eventually(subject, () => handler.drains > 0 && peer.received.length === sent)
      assert.equal(link.isCongested, false)
      assert.equal(link.bufferedBytes, 0)
    },
  },
  {
    name: 'passes on what came while it was paused, in order, once it goes on',
    async check(subject, handler) {
      const { link, peer } = subject
      const sent = Array.from({ length: 200 }, (_, index) => `${index} ${'x'.repeat(2_000)}`)
      link.pause()
      for (const message of sent) peer.send(message)
      await subject.turn()
      link.resume()
      await eventually(subject, () => handler.received.length === sent.length)
      assert.deepEqual(handler.received, sent)
    },
  },
]

/** Gives what is on its way the turns it needs. */
async function eventually(subject: LinkUnderTest, holds: () => boolean): Promise<void> {
  const until = Date.now() + patienceMs
  while (!holds()) {
    assert.ok(Date.now() < until, 'what was waited for did not happen')
    await subject.turn()
  }
}

function sharedFrame(text: string): SharedFrame {
  return new SharedFrame(bytes(text), { channel: 'any', position: null })
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
