import type { ChannelDeclarations, ChannelOptions } from '../../core/channel/options.ts'
import { compilePattern } from '../../protocol/channel-pattern.ts'
import { type JsonSchema, jsonSchemaOf } from './json-schema.ts'

/**
 * The declared channels as AsyncAPI 3: what there is, what travels on it, who
 * sends. Made from what the application declares, so it cannot say anything else.
 *
 * It names no `servers`: a tool would take the address of a channel for a path of
 * a WebSocket, and here all channels are on one.
 */
export function asyncApiOf(declarations: ChannelDeclarations): JsonSchema {
  const declared = Object.entries(declarations).map(([pattern, options], index) => ({
    // A key has no characters that a channel name may have and a pointer escapes.
    key: `${index + 1}-${pattern.replaceAll(/[^\w.-]+/g, '_')}`,
    pattern,
    options,
  }))
  return {
    asyncapi: '3.1.0',
    info: { title: 'Tidewire channels', version: '1' },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(declared.map((one) => [one.key, channelOf(one)])),
    operations: Object.fromEntries(declared.flatMap(operationsOf)),
  }
}

interface Declared {
  readonly key: string
  readonly pattern: string
  readonly options: ChannelOptions
}

function channelOf({ pattern, options: { schema } }: Declared): JsonSchema {
  const { params } = compilePattern(pattern)
  return {
    address: pattern,
    ...(params.length > 0 && { parameters: Object.fromEntries(params.map((name) => [name, {}])) }),
    messages: {
      event: { payload: jsonSchemaOf(schema, 'output') },
      publish: { payload: jsonSchemaOf(schema, 'input') },
    },
  }
}

// From the server's side, as AsyncAPI has it: it sends to who may subscribe.
function operationsOf({ key, options }: Declared): readonly (readonly [string, JsonSchema])[] {
  const { subscribe, publish, canPublish } = options
  const isRead = subscribe !== 'nobody'
  const isWritten = publish === undefined ? canPublish !== undefined : publish !== 'nobody'
  return [
    ...(isRead ? [[`${key}.send`, operation('send', key, 'event')] as const] : []),
    ...(isWritten ? [[`${key}.receive`, operation('receive', key, 'publish')] as const] : []),
  ]
}

function operation(action: 'send' | 'receive', key: string, message: string): JsonSchema {
  const channel = { $ref: `#/channels/${key}` }
  return { action, channel, messages: [{ $ref: `#/channels/${key}/messages/${message}` }] }
}
