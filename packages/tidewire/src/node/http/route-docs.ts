import { objectSchema, positionRef } from './openapi.ts'
import type { ParameterDoc, RouteDoc } from './route.ts'

/**
 * What `openapi.json` says of each route. Words only: what a route does, and
 * where, is in `routes.ts`.
 */

const since: ParameterDoc = {
  name: 'since',
  description: 'what follows this position, epoch:offset; for several channels a list with commas',
  schema: { type: 'string' },
}

const page: readonly ParameterDoc[] = [
  {
    name: 'after',
    description: 'the `next` of the page before',
    schema: { type: 'string' },
  },
  {
    name: 'limit',
    description: 'the most on a page',
    schema: { type: 'integer', minimum: 1, maximum: 1_000, default: 100 },
  },
]

const streaming = {
  headers: [
    {
      name: 'Last-Event-ID',
      description: 'where the client stood when it was cut; counts before since',
      schema: { type: 'string' },
    },
  ],
  contentType: 'text/event-stream',
  answer: { type: 'string' },
} as const

const last: ParameterDoc = {
  name: 'last',
  description: 'begin with the newest n kept events',
  schema: { type: 'integer', minimum: 0 },
}

export const followChannel: RouteDoc = {
  operationId: 'followChannel',
  summary: 'Follows a channel as a stream of server-sent events',
  query: [since, last],
  ...streaming,
}

export const followChannels: RouteDoc = {
  operationId: 'followChannels',
  summary: 'Follows several channels as one stream',
  query: [
    {
      name: 'channel',
      description: 'once for each channel',
      schema: { type: 'array', items: { type: 'string' }, minItems: 1 },
      isRequired: true,
    },
    since,
    last,
  ],
  ...streaming,
}

export const readMessages: RouteDoc = {
  operationId: 'readMessages',
  summary: 'Reads kept events after a position, or waits for the next',
  query: [
    since,
    {
      name: 'limit',
      description: 'the most events of one answer',
      schema: { type: 'integer', minimum: 1, maximum: 1_000, default: 100 },
    },
    {
      name: 'waitMs',
      description: 'how long to wait when there is nothing; 0 does not wait',
      schema: { type: 'integer', minimum: 0, maximum: 60_000, default: 0 },
    },
  ],
  answer: objectSchema({
    events: { type: 'array', items: { type: 'object' } },
    position: positionRef,
    recovered: { type: 'boolean' },
    reason: { type: 'string' },
    missed: { type: ['integer', 'null'] },
  }),
  refusals: { 409: 'the channel keeps no history, and nothing is waited for' },
}

const publishing: Pick<RouteDoc, 'headers' | 'bodyType' | 'answer' | 'refusals'> = {
  headers: [
    {
      name: 'Idempotency-Key',
      description: 'the same key within 5 min publishes once',
      schema: { type: 'string', maxLength: 128 },
    },
  ],
  bodyType: 'application/json',
  answer: objectSchema({ position: positionRef, duplicate: { const: true } }),
  refusals: {
    409: 'the Idempotency-Key was used for another payload',
    413: 'the body is larger than the limit',
    415: 'the body is not application/json',
  },
}

export const publishMessage: RouteDoc = {
  operationId: 'publishMessage',
  summary: 'Publishes the body to a channel',
  ...publishing,
}

export const publishToUser: RouteDoc = {
  operationId: 'publishToUser',
  summary: 'Publishes the body to the channel of a user',
  ...publishing,
}

export const frames: RouteDoc = {
  operationId: 'exchangeFrames',
  summary: 'Says frames as over WebSocket; the answer is what is said to them',
  query: [
    {
      name: 'waitMs',
      description: 'how long to wait for more than answers; not for a stream',
      schema: { type: 'integer', minimum: 0, maximum: 60_000, default: 0 },
    },
    {
      name: 'resume',
      description: '1: its client was connected before, and is let in first',
      schema: { const: '1' },
    },
  ],
  headers: [
    {
      name: 'Tidewire-Link',
      description:
        'a random secret, the same for all requests of a link: with it, echo: false holds',
      schema: { type: 'string', pattern: '^[\\w-]{22,64}$' },
    },
    {
      name: 'Accept',
      description: 'text/event-stream: the answer is a stream, and each event a frame',
      schema: { type: 'string' },
    },
  ],
  bodyType: 'application/x-ndjson',
  contentType: 'application/x-ndjson',
  answer: { type: 'string' },
  refusals: {
    401: 'no credential where one is needed, or an API key that is not known',
    403: 'a wrong credential, as at a handshake, or a key without the scope',
    413: 'the body, or a line of it, is larger than the limit',
    415: 'the body is not application/x-ndjson',
  },
}

export const disconnectUser: RouteDoc = {
  operationId: 'disconnectUser',
  summary: 'Ends the connections of a user on this node',
  answer: objectSchema({ disconnected: { type: 'integer' } }),
}

export const listChannels: RouteDoc = {
  operationId: 'listChannels',
  summary: 'Lists the channels that are read on this node',
  query: page,
  answer: objectSchema({
    channels: { type: 'array', items: { type: 'object' } },
    next: { type: ['string', 'null'] },
  }),
}

export const listConnections: RouteDoc = {
  operationId: 'listConnections',
  summary: 'Lists the connections of this node',
  query: page,
  answer: objectSchema({
    connections: { type: 'array', items: { type: 'object' } },
    next: { type: ['string', 'null'] },
  }),
}

export const health: RouteDoc = {
  operationId: 'health',
  summary: 'Whether this node lives',
  answer: objectSchema({ status: { const: 'ok' } }),
  refusals: { 503: 'the node is leaving' },
}

export const ready: RouteDoc = {
  operationId: 'ready',
  summary: 'Whether this node takes new clients',
  answer: objectSchema({ status: { const: 'ok' }, broker: { const: 'unreachable' } }),
  refusals: { 503: 'the node is leaving, or has not reached its broker yet' },
}

export const metrics: RouteDoc = {
  operationId: 'metrics',
  summary: 'The metrics of this node, as Prometheus reads them',
  answer: { type: 'string' },
  contentType: 'text/plain',
}

export const openApi: RouteDoc = {
  operationId: 'openApi',
  summary: 'This document',
}

export const asyncApi: RouteDoc = {
  operationId: 'asyncApi',
  summary: 'The declared channels, as AsyncAPI',
}
