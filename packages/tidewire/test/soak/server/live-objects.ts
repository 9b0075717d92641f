import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { queryObjects } from 'node:v8'
import { WebSocket } from 'ws'
import { type ClassOf, fromPackage } from './from-package.ts'

/**
 * How many objects of the classes that come and go with clients are alive: what
 * a leak keeps, by its name. Looks through the whole heap, so it is asked before
 * and after the load, not during it.
 */
export async function liveObjects(): Promise<() => Readonly<Record<string, number>>> {
  const classes: ClassOf<object>[] = [Socket, IncomingMessage, ServerResponse, WebSocket]
  for (const [file, name] of inner) classes.push(await fromPackage(file, name))
  return () =>
    Object.fromEntries(
      // `format` makes it a number; the types do not know.
      classes.map((one) => [`objects ${one.name}`, Number(queryObjects(one, { format: 'count' }))]),
    )
}

const inner = [
  ['core/connection/connection.js', 'Connection'],
  ['core/connection/validity.js', 'Validity'],
  ['core/channel/channel.js', 'Channel'],
  ['core/channel/subscription.js', 'Subscription'],
  ['transports/websocket/link.js', 'WebSocketLink'],
  ['transports/sse/link.js', 'SseLink'],
  ['transports/long-poll.js', 'LongPoll'],
] as const
