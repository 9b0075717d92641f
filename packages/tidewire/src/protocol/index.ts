/**
 * The wire protocol: what a client or a server in another language, or a tool
 * that reads Tidewire's frames, needs to know. Pure and isomorphic.
 */
export type { Access } from './access.ts'
export { isChannelName } from './channel-name.ts'
export { type ChannelParams, type ChannelPattern, compilePattern } from './channel-pattern.ts'
export type {
  ChannelContract,
  ChannelContracts,
  ChannelNames,
  DeclaresChannels,
  PayloadOf,
  PublishPayloadOf,
} from './channel-types.ts'
export {
  type CloseCode,
  type CloseCodeName,
  closeCodes,
  type ReconnectAdvice,
} from './close-codes.ts'
export type { Codec, Decoded, EncodableEvent, WireData } from './codec.ts'
export { type ErrorCode, errorCodes } from './error-codes.ts'
export type * from './frames.ts'
export { jsonCodec } from './json-codec.ts'
export { protocolLimits } from './limits.ts'
export type { MethodContract, MethodContracts, MethodInput, MethodOutput } from './method-types.ts'
export { type ParsedFrame, parseClientFrame } from './parse-client-frame.ts'
export { isPosition, type Position } from './position.ts'
export type { ProtocolError } from './protocol-error.ts'
export { parseServerText } from './server-text.ts'
export type { StandardSchema } from './standard-schema.ts'
