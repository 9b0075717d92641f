import { beforeEach, describe, expect, it } from 'vitest'
import type { BrokerEvent } from '../../core/ports/broker.ts'
import { Delivery } from './delivery.ts'

let passed: string[]
let delivery: Delivery

beforeEach(() => {
  passed = []
  delivery = new Delivery(({ payloadJson }) => passed.push(payloadJson))
})

function take(...payloads: readonly string[]): void {
  for (const payloadJson of payloads) delivery.take(eventOf(payloadJson))
}

/** `a3` is the event at offset 3 of the epoch a; `-` has no position. */
function eventOf(payloadJson: string): BrokerEvent {
  const [epoch = '', ...offset] = payloadJson
  const position = epoch === '-' ? null : { epoch, offset: Number(offset.join('')) }
  return { position, payloadJson, time: 0 }
}

describe('a delivery', () => {
  it('holds what comes before it begins, and passes on what is after its beginning', () => {
    take('a1', 'a2', 'a3')
    expect(passed).toEqual([])
    delivery.start({ epoch: 'a', offset: 2 })
    take('a4')
    expect(passed).toEqual(['a3', 'a4'])
  })

  it('leaves out what is older than its beginning and comes late', () => {
    delivery.start({ epoch: 'a', offset: 2 })
    take('a1', 'a2', 'a3', 'a3', 'a4')
    expect(passed).toEqual(['a3', 'a4'])
  })

  it('passes on a hole and another epoch, which its reader has to see', () => {
    delivery.start({ epoch: 'a', offset: 2 })
    take('a4', 'b1', 'b2')
    expect(passed).toEqual(['a4', 'b1', 'b2'])
  })

  it('passes on everything of a channel without history', () => {
    take('-1')
    delivery.start(null)
    take('-1', '-1')
    expect(passed).toEqual(['-1', '-1', '-1'])
  })

  it('passes nothing on once it has ended, neither what came before nor what comes', () => {
    take('a1')
    delivery.end()
    delivery.start({ epoch: 'a', offset: 0 })
    take('a2')
    expect(passed).toEqual([])
  })
})
