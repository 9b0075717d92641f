/** How plain HTTP is served: `tide.handle`, `tide.httpHandler()`. */
export interface ApiOptions {
  /** Where it begins. Default `/api`. Paths below it that are not Tidewire's are left to the application. */
  readonly path?: string | undefined

  /**
   * The channel of a user, by a declared pattern with `{userId}` and no other
   * param, such as `user:{userId}`: then `POST /api/users/{userId}/messages`
   * publishes there. Default: there is no such route.
   */
  readonly userChannel?: string | undefined

  /** Whether `/health` and `/ready` are answered, at the root of the server. Default true. */
  readonly probes?: boolean | undefined
}

/**
 * Checks the options and puts the defaults in their places.
 *
 * @throws TypeError for a path or a pattern that makes no sense.
 */
export function apiOptionsFrom(
  { path = '/api', userChannel, probes = true }: ApiOptions,
  declared: Readonly<Record<string, unknown>>,
): Required<{ path: string; userChannel: string | null; probes: boolean }> {
  if (!/^(\/[\w.~-]+)+$/.test(path)) {
    throw new TypeError(`api.path is like "/api", not ${JSON.stringify(path)}`)
  }
  if (userChannel !== undefined) assertUserChannel(userChannel, declared)
  return { path, userChannel: userChannel ?? null, probes }
}

function assertUserChannel(pattern: string, declared: Readonly<Record<string, unknown>>): void {
  const params = pattern.match(/\{\w+\}/g) ?? []
  if (params.join() === '{userId}' && Object.hasOwn(declared, pattern)) return
  throw new TypeError(
    `api.userChannel is a declared pattern with {userId} and no other param, not ${JSON.stringify(pattern)}`,
  )
}
