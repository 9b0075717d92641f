import { connect, type Socket } from 'node:net'
import { setTimeout as later } from 'node:timers/promises'
import type { FuzzCase, Step } from './fuzz-case.ts'

/** Carries a case out on a connection of its own; resolves when that is gone. Never rejects. */
export async function attack(port: number, { steps }: FuzzCase): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  // Being hung up on is what a fuzzer lives for.
  socket.on('error', () => undefined)
  socket.resume()
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve())
  })
  await Promise.race([new Promise<void>((resolve) => socket.once('connect', resolve)), closed])
  for (const step of steps) {
    if (socket.destroyed) break
    await carryOut(socket, step, closed)
  }
  socket.destroy()
  await closed
}

async function carryOut(socket: Socket, step: Step, closed: Promise<void>): Promise<void> {
  switch (step.kind) {
    case 'write':
      socket.write(step.bytes)
      return
    case 'wait':
      return waitFor(step.ms, closed)
    case 'deafen':
      socket.pause()
      return
    case 'end':
      socket.end()
      return
    case 'reset':
      socket.resetAndDestroy()
      return
  }
}

async function waitFor(ms: number, closed: Promise<void>): Promise<void> {
  const giveUp = new AbortController()
  const waited = later(ms, undefined, { signal: giveUp.signal }).catch(() => undefined)
  await Promise.race([waited, closed])
  giveUp.abort()
}
