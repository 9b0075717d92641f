/**
 * `tidewire`: the server, for any Node HTTP(S) server.
 */
export type {
  ChannelDeclarations,
  ChannelOptions,
  HistoryOptions,
} from '../core/channel/options.ts'
export type {
  Permission,
  PermissionConnection,
  PermissionRequest,
} from '../core/channel/permission.ts'
export type { Limits } from '../core/connection/limits.ts'
export type { Counters } from '../core/counters.ts'
export type { DisconnectTarget } from '../core/disconnect-target.ts'
export { type MethodCaller, type MethodOptions, method } from '../core/methods.ts'
export type {
  Accepted,
  AuthContext,
  AuthOutcome,
  Identity,
  OnCredentialEnd,
  StopWatching,
  WatchCredential,
} from '../core/ports/auth.ts'
export {
  type Broker,
  type BrokerEvent,
  BrokerUnavailable,
  type HistoryBounds,
  type HistoryPage,
  type HistoryQuery,
  type NewEvent,
  type Published,
} from '../core/ports/broker.ts'
export type { LogFields, Logger } from '../core/ports/logger.ts'
export type {
  Span,
  SpanAttributes,
  SpanContext,
  SpanLink,
  SpanOptions,
  Tracer,
} from '../core/ports/tracer.ts'
export type { Access, ChannelAccess } from '../protocol/access.ts'
export type { Position } from '../protocol/position.ts'
export type { StandardSchema } from '../protocol/standard-schema.ts'
export type { AuthStrategy, RequestContext } from './auth/auth-strategy.ts'
export {
  type BasicAuthOptions,
  basicAuth,
  type VerifyPassword,
} from './auth/basic-auth.ts'
export type { ConnectMiddleware } from './auth/connect-middleware.ts'
export { type IdentifyClaims, type JwtAuthOptions, jwtAuth } from './auth/jwt-auth.ts'
export type { IdentifySession, SessionRecord } from './auth/session.ts'
export { type SessionAuthOptions, sessionAuth } from './auth/session-auth.ts'
export type { VerifyToken } from './auth/token-auth.ts'
export type { TokenCarrier } from './auth/token-carriers.ts'
export type {
  AttachOptions,
  DrainOptions,
  HttpHandler,
  PublishOptions,
} from './call-options.ts'
export { type ApiKeyOptions, createApiKey, type Scope } from './http/api-keys.ts'
export type { ApiOptions } from './http/api-options.ts'
export type {
  AdmissionOptions,
  AuthOptions,
  CompressionOptions,
  TidewireOptions,
} from './options.ts'
export { createTidewire, type Tidewire } from './tidewire.ts'
export type { NodeServer } from './upgrades.ts'
