import { compilePattern } from '../../protocol/index.ts'
import type { Place } from './place.ts'
import type { ServedChannel, ServedChannels } from './serve-config.ts'
import {
  checked,
  mapOf,
  milliseconds,
  object,
  oneOf,
  required,
  type Shape,
  text,
  wholeNumber,
} from './shape.ts'

/**
 * The channels of a config. An option that is added to the engine and forgotten
 * here does not compile.
 */
const access = oneOf('anyone', 'authenticated', 'owner', 'nobody')

const channel = checked(
  object<ServedChannel>({
    subscribe: access,
    publish: access,
    history: object<NonNullable<ServedChannel['history']>>({
      size: required(wholeNumber(1, 1_000_000)),
      bytes: wholeNumber(1_024, 1_024 ** 3),
      ttlMs: milliseconds(1_000),
    }),
    delivery: oneOf('every', 'latest', 'drop', 'disconnect'),
    conflateKey: text('the name of a property of the payload', (value) =>
      value === '' ? 'expected the name of a property of the payload, got an empty text' : null,
    ),
    slowGraceMs: milliseconds(0, 3_600_000),
    windowMs: milliseconds(0, 60_000),
    maxEvents: wholeNumber(1),
    maxDelayMs: milliseconds(0, 60_000),
  }),
  checkDelivery,
)

/** Channels by pattern. */
export const channelsShape: Shape<ServedChannels> = checked(
  mapOf(channel, 'an object of channels by pattern', patternProblem),
  checkOwners,
)

function checkDelivery(channel: ServedChannel, place: Place): void {
  const { delivery, history, conflateKey, slowGraceMs } = channel
  const readsHistory = delivery === 'every' || delivery === 'disconnect'
  if (readsHistory && history === undefined) {
    place.at('history').refuse(`expected with "delivery": "${delivery}", which reads on from it`)
  }
  if (conflateKey !== undefined && delivery !== 'latest') {
    place.at('conflateKey').refuse('expected only with "delivery": "latest"')
  }
  if (slowGraceMs !== undefined && delivery !== 'disconnect') {
    place.at('slowGraceMs').refuse('expected only with "delivery": "disconnect"')
  }
}

function checkOwners(served: ServedChannels, place: Place): void {
  for (const [pattern, { subscribe, publish }] of Object.entries(served)) {
    if (pattern.includes('{userId}')) continue
    const problem = 'expected {userId} in the pattern with "owner"'
    if (subscribe === 'owner') place.at(pattern).at('subscribe').refuse(problem)
    if (publish === 'owner') place.at(pattern).at('publish').refuse(problem)
  }
}

function patternProblem(source: string): string | null {
  try {
    compilePattern(source)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
