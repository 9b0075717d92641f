import type { ChannelDeclarations } from '../../core/channel/options.ts'
import type { SseTransport } from '../../transports/sse.ts'
import { success } from './answer.ts'
import { asyncApiOf } from './asyncapi.ts'
import { openApiOf } from './openapi.ts'
import { disconnect } from './operations/disconnect.ts'
import { events } from './operations/events.ts'
import { frames } from './operations/frames.ts'
import { listChannels, listConnections } from './operations/lists.ts'
import { type MessageServices, messages } from './operations/messages.ts'
import { health, metrics, ready } from './operations/probes.ts'
import { publish } from './operations/publish.ts'
import type { Route, RouteAccess, ScopedAccess } from './route.ts'
import * as docs from './route-docs.ts'

/** All routes: what is served, and what is told of it, is this table and nothing else. */
export function routesOf(services: RouteServices): readonly Route[] {
  const { apiPath, declarations } = services
  const routes = [
    ...channelRoutes(services),
    frameRoute(services),
    ...userRoutes(services),
    ...listRoutes(services),
    ...probeRoutes(services),
  ]
  const openApi: Route = {
    method: 'GET',
    path: `${apiPath}/openapi.json`,
    access: 'anybody',
    operation: () => openApiAnswer,
    doc: docs.openApi,
  }
  const asyncApi: Route = {
    method: 'GET',
    path: `${apiPath}/asyncapi.json`,
    // What travels on a channel is not for everybody to know.
    access: backend('read'),
    operation: () => asyncApiAnswer,
    doc: docs.asyncApi,
  }
  const all = [...routes, openApi, asyncApi]
  const openApiAnswer = success(openApiOf(all))
  const asyncApiAnswer = success(asyncApiOf(declarations))
  return all
}

/** What routes work with. */
export interface RouteServices extends MessageServices {
  /** Without a slash at its end: `/api`. */
  readonly apiPath: string
  readonly declarations: ChannelDeclarations
  readonly sse: SseTransport
  /** The channel of a user, by pattern; null when users have none. */
  readonly userChannel: string | null
  /** Whether `/health`, `/ready` and `/metrics` are served. */
  readonly hasProbes: boolean
  /** Who may read `/metrics`. */
  readonly metricsFor: 'anybody' | 'keys'
  /** The metrics of this moment, as text. */
  readonly metricsText: () => string
}

function channelRoutes(services: RouteServices): readonly Route[] {
  const { apiPath, hub, sse, isDraining } = services
  const follow = events(sse, isDraining)
  return [
    {
      method: 'GET',
      path: `${apiPath}/channels/{channel}/events`,
      access: anyCaller('read'),
      operation: follow,
      doc: docs.followChannel,
    },
    {
      method: 'GET',
      path: `${apiPath}/events`,
      access: anyCaller('read'),
      operation: follow,
      doc: docs.followChannels,
    },
    {
      method: 'GET',
      path: `${apiPath}/channels/{channel}/messages`,
      access: anyCaller('read'),
      operation: messages(services),
      doc: docs.readMessages,
    },
    {
      method: 'POST',
      path: `${apiPath}/channels/{channel}/messages`,
      access: anyCaller('publish'),
      operation: publish(hub.accept, ({ channel = '' }) => channel),
      doc: docs.publishMessage,
    },
  ]
}

function frameRoute(services: RouteServices): Route {
  return {
    method: 'POST',
    path: `${services.apiPath}/frames`,
    access: { scope: 'read', isForUsers: true, takesTokens: true },
    operation: frames(services),
    doc: docs.frames,
  }
}

function userRoutes({ apiPath, hub, userChannel }: RouteServices): readonly Route[] {
  const disconnectUser: Route = {
    method: 'POST',
    path: `${apiPath}/users/{userId}/disconnect`,
    access: backend('disconnect'),
    operation: disconnect(hub),
    doc: docs.disconnectUser,
  }
  if (userChannel === null) return [disconnectUser]
  const publishToUser: Route = {
    method: 'POST',
    path: `${apiPath}/users/{userId}/messages`,
    access: anyCaller('publish'),
    operation: publish(hub.accept, ({ userId = '' }) => channelOfUser(userChannel, userId)),
    doc: docs.publishToUser,
  }
  return [disconnectUser, publishToUser]
}

// A user whose id is no part of a name has no channel: not that of anybody else.
function channelOfUser(pattern: string, userId: string): string {
  return /[:/]/.test(userId) ? '' : pattern.replace('{userId}', () => userId)
}

function listRoutes({ apiPath, hub }: RouteServices): readonly Route[] {
  return [
    {
      method: 'GET',
      path: `${apiPath}/channels`,
      access: backend('read'),
      operation: listChannels(hub),
      doc: docs.listChannels,
    },
    {
      method: 'GET',
      path: `${apiPath}/connections`,
      access: backend('connections'),
      operation: listConnections(hub),
      doc: docs.listConnections,
    },
  ]
}

function probeRoutes({
  hasProbes,
  hub,
  isDraining,
  metricsFor,
  metricsText,
}: RouteServices): readonly Route[] {
  if (!hasProbes) return []
  return [
    {
      method: 'GET',
      path: '/health',
      access: 'anybody',
      operation: health(isDraining),
      doc: docs.health,
    },
    {
      method: 'GET',
      path: '/ready',
      access: 'anybody',
      operation: ready(hub.broker, isDraining),
      doc: docs.ready,
    },
    {
      method: 'GET',
      path: '/metrics',
      access: metricsFor === 'anybody' ? 'anybody' : backend('metrics'),
      operation: metrics(metricsText),
      doc: docs.metrics,
    },
  ]
}

function anyCaller(scope: ScopedAccess['scope']): RouteAccess {
  return { scope, isForUsers: true }
}

function backend(scope: ScopedAccess['scope']): RouteAccess {
  return { scope, isForUsers: false }
}
