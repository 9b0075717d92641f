import { Socket } from 'node:net'
import { beforeEach, describe, expect, it } from 'vitest'
import { recordingLogger } from '../../test/support/recording-logger.ts'
import { createCounters } from '../core/counters.ts'
import { ConnectionQuota } from '../core/limits/connection-quota.ts'
import { SharedBudgets } from '../core/limits/shared-budgets.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { Room } from './room.ts'

const address = '192.0.2.1'

let clock: VirtualClock
let quota: ConnectionQuota
let lines: string[]
let room: Room

beforeEach(() => {
  clock = new VirtualClock()
  quota = new ConnectionQuota({ maxConnections: 3, maxConnectionsPerAddress: 1 })
  const log = recordingLogger()
  lines = log.lines
  const users = new SharedBudgets({ perSecond: 1, burst: 1 }, 1)
  room = new Room({ quota, users, counters: createCounters(), clock, logger: log.logger })
})

describe('a place', () => {
  it('is given back when the socket closes, once', () => {
    const socket = new Socket()
    expect(room.take(socket, address)).toBeNull()
    expect(room.take(new Socket(), address)).toMatchObject({ status: 429 })
    socket.emit('close')
    expect(quota.taken).toBe(0)
  })

  it('is not taken for a socket that is gone already, as it would never come back', () => {
    expect(room.take(new Socket().destroy(), address)).toBeNull()
    expect(quota.taken).toBe(0)
  })
})

it('warns once a minute that there is no room', async () => {
  room.take(new Socket(), address)
  for (let second = 0; second <= 120; second += 1) {
    room.take(new Socket(), address)
    await clock.advance(1_000)
  }
  expect(lines).toHaveLength(3)
})
