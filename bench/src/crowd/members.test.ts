import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { type CrowdServer, crowdUser, type MakeCrowdServer } from '../servers/crowd-server.ts'
import { makeEvent } from '../servers/event.ts'
import { channelName } from '../servers/serve.ts'
import { makeSocketIoCrowd } from '../servers/socket-io-crowd-server.ts'
import { makeTidewireCrowd } from '../servers/tidewire-crowd-server.ts'
import type { Member } from './member.ts'
import { type MemberName, members } from './members.ts'
import { Reachability } from './reachability.ts'
import { Witness } from './witness.ts'

const kinds: readonly (readonly [MemberName, MakeCrowdServer])[] = [
  ['tidewire', makeTidewireCrowd],
  ['tidewire-lean', makeTidewireCrowd],
  ['socket.io', makeSocketIoCrowd],
  ['socket.io-lean', makeSocketIoCrowd],
]

test.concurrent.each(kinds)('%s has, once it is back, all it missed, once', async (kind, make) => {
  await using host = await Host.start(make)
  using fellow = new Fellow(kind, host.port)
  const { witness, reachability } = fellow
  await fellow.ready
  host.publish(0, 1, 2)
  host.publish(1, 1, 1)
  await fellow.has(3)
  witness.expect(3)
  host.cut()
  host.publish(0, 3, 5)
  host.publish(1, 2, 4)
  await fellow.has(9)
  expect([witness.missedOf([5, 4]), witness.repeated]).toEqual([0, 0])
  expect(witness.reachedUs).not.toBeNull()
  expect(reachability.withoutMs).toBeGreaterThan(0)
  expect(reachability.isReachable).toBe(true)
})

test('a token of somebody else is nobody’s', () => {
  expect([crowdUser('bench-token'), crowdUser(undefined), crowdUser(7)]).toEqual([null, null, null])
})

/** A client on two channels. */
class Fellow implements Disposable {
  readonly reachability = new Reachability()
  readonly witness = new Witness(2, () => this.#count())
  readonly #member: Member
  #received = 0
  #wanted = Number.POSITIVE_INFINITY
  #onWanted: () => void = () => undefined

  constructor(kind: MemberName, port: number) {
    const { witness, reachability } = this
    this.#member = members[kind]({
      port,
      number: 1,
      localAddress: '127.0.0.1',
      channels: [channelName(0), channelName(1)],
      witness,
      reachability,
      onDial: () => undefined,
      onGap: () => undefined,
    })
  }

  get ready(): Promise<void> {
    return this.#member.ready
  }

  /** Resolves when so many events have come in all. */
  has(events: number): Promise<void> {
    this.#wanted = events
    return new Promise((resolve) => {
      this.#onWanted = resolve
      if (this.#received >= events) resolve()
    })
  }

  [Symbol.dispose](): void {
    this.#member.end()
  }

  #count(): void {
    this.#received += 1
    if (this.#received >= this.#wanted) this.#onWanted()
  }
}

class Host implements AsyncDisposable {
  readonly port: number
  readonly #app: CrowdServer
  readonly #sockets: Set<Socket>

  private constructor(port: number, app: CrowdServer, sockets: Set<Socket>) {
    this.port = port
    this.#app = app
    this.#sockets = sockets
  }

  static async start(make: MakeCrowdServer): Promise<Host> {
    const server = createServer()
    const sockets = new Set<Socket>()
    server.on('connection', (socket) => sockets.add(socket))
    const app = await make({ server, redisPort: null })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('not a TCP port')
    return new Host(address.port, app, sockets)
  }

  publish(channel: number, from: number, to: number): void {
    for (let number = from; number <= to; number += 1) {
      void this.#app.publish(channelName(channel), makeEvent(0, number))
    }
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
    await this.#app.leave()
  }
}
