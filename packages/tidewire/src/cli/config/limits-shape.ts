import type { Limits } from '../../node/index.ts'
import type { Place } from './place.ts'
import { checked, milliseconds, object, type Shape, wholeNumber } from './shape.ts'

const time = milliseconds(1_000, 3_600_000)

/**
 * The part `limits` of a config. A limit that is added to the engine and forgotten
 * here does not compile. The bounds are where nobody can have meant it: seconds for
 * ms, or a frame that not even a subscription fits in.
 */
export const limitsShape: Shape<Partial<Limits>> = checked(
  object<Partial<Limits>>({
    maxPayloadBytes: wholeNumber(512, 64 * 1024 * 1024),
    maxChannels: wholeNumber(1),
    maxBufferedBytes: wholeNumber(1),
    authTimeoutMs: time,
    callTimeoutMs: time,
    permissionTimeoutMs: time,
    heartbeatMs: time,
    framesPerSecond: wholeNumber(1),
    frameBurst: wholeNumber(1),
    bytesPerSecond: wholeNumber(1),
    userFramesPerSecond: wholeNumber(1),
    addressFramesPerSecond: wholeNumber(1),
    maxConnections: wholeNumber(1),
    maxConnectionsPerAddress: wholeNumber(1),
    maxConnectionsPerUser: wholeNumber(1),
  }),
  checkBuffer,
)

function checkBuffer({ maxBufferedBytes, maxPayloadBytes }: Partial<Limits>, place: Place): void {
  if (maxBufferedBytes === undefined || maxPayloadBytes === undefined) return
  if (maxBufferedBytes >= maxPayloadBytes) return
  const problem = `expected maxPayloadBytes (${maxPayloadBytes}) or more, or nobody could be given such an event`
  place.at('maxBufferedBytes').refuse(problem)
}
