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

  /** Whether `/health`, `/ready` and `/metrics` are answered, at the root of the server. Default true. */
  readonly probes?: boolean | undefined

  /**
   * Who may read `/metrics`: `keys`, those with the scope `metrics` (the default),
   * or `anybody`. They tell how busy a server is and nothing of its users.
   */
  readonly metrics?: 'anybody' | 'keys' | undefined
}

/**
 * Checks the options and puts the defaults in their places.
 *
 * @throws TypeError for a path or a pattern that makes no sense.
 */
export function apiOptionsFrom(
  { path = '/api', userChannel, probes = true, metrics = 'keys' }: ApiOptions,
  declared: Readonly<Record<string, unknown>>,
): CheckedApiOptions {
  if (!/^(\/[\w.~-]+)+$/.test(path) || /\/\.\.?(\/|$)/.test(path)) {
    throw new TypeError(`api.path is like "/api", not ${JSON.stringify(path)}`)
  }
  if (metrics === 'anybody' && !probes) {
    throw new TypeError('api.metrics: without probes there is no /metrics for anybody')
  }
  if (userChannel !== undefined) assertUserChannel(userChannel, declared)
  return { path, userChannel: userChannel ?? null, probes, metrics }
}

/** The options with every default in its place. */
interface CheckedApiOptions {
  readonly path: string
  readonly userChannel: string | null
  readonly probes: boolean
  readonly metrics: 'anybody' | 'keys'
}

function assertUserChannel(pattern: string, declared: Readonly<Record<string, unknown>>): void {
  const params = pattern.match(/\{\w+\}/g) ?? []
  if (params.join() === '{userId}' && Object.hasOwn(declared, pattern)) return
  throw new TypeError(
    `api.userChannel is a declared pattern with {userId} and no other param, not ${JSON.stringify(pattern)}`,
  )
}
