import { compilePattern } from '../../protocol/index.ts'
import { didYouMean } from '../did-you-mean.ts'
import type { Place } from './place.ts'
import type { ServeConfig, ServedChannel } from './serve-config.ts'

/**
 * Rules between the parts of a config, for when each of them is right by itself:
 * what would start, and be of no use to anybody.
 */
export function checkWhole(config: ServeConfig, place: Place): void {
  if (Object.keys(config.channels).length === 0) {
    place.at('channels').refuse('expected one channel or more, or there is nothing to use')
  }
  checkReach(config, place.at('channels'))
  checkPaths(config, place.at('path'))
  checkKeys(config, place.at('apiKeys'))
}

// Without a way in nobody is ever somebody.
function checkReach({ auth, channels }: ServeConfig, place: Place): void {
  if (auth?.jwt !== undefined || auth?.basic !== undefined) return
  for (const [pattern, channel] of Object.entries(channels)) {
    // What stands in the place of `subscribe` when nobody says anything.
    const { subscribe = 'authenticated', publish } = channel
    checkAccess(subscribe, place.at(pattern).at('subscribe'))
    checkAccess(publish, place.at(pattern).at('publish'))
  }
}

function checkAccess(access: ServedChannel['publish'], place: Place): void {
  if (access !== 'authenticated' && access !== 'owner') return
  place.refuse(
    `"${access}" is nobody without auth.jwt or auth.basic; set one of them, or say "anyone" or "nobody"`,
  )
}

// A WebSocket there would work, and whoever looks for it by hand would not find it.
function checkPaths({ api = {}, path = '/ws' }: ServeConfig, place: Place): void {
  const { path: apiPath = '/api', probes = true } = api
  const taken = [apiPath, ...(probes ? ['/health', '/ready', '/metrics'] : [])]
  if (!taken.includes(path)) return
  place.refuse(
    `${JSON.stringify(path)} is where plain HTTP is; a WebSocket needs a path of its own`,
  )
}

function checkKeys({ apiKeys = [], channels }: ServeConfig, place: Place): void {
  const declared = Object.keys(channels)
  for (const [index, key] of apiKeys.entries()) {
    for (const [at, wanted] of (key.channels ?? []).entries()) {
      if (declared.some((pattern) => mayMeet(pattern, wanted))) continue
      const hint = didYouMean(wanted, declared)
      place.item(index).at('channels').item(at).refuse(`no declared channel fits it${hint}`)
    }
  }
}

/** Whether a name may fit both patterns: never false when one does. */
function mayMeet(one: string, other: string): boolean {
  const [parts, others] = [partsOf(one), partsOf(other)]
  return (
    parts.length === others.length &&
    parts.every((part, at) => part === others[at] || [part, others[at]].some(hasParam))
  )
}

// A param stands for neither of the two signs, so the parts keep their places.
function partsOf(pattern: string): readonly string[] {
  return compilePattern(pattern).source.split(/([:/])/)
}

function hasParam(part: string | undefined): boolean {
  return part?.includes('{') === true
}
