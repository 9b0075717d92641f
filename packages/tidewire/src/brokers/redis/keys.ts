/**
 * The names of what the broker keeps in Redis. All of a channel have one hash
 * tag, so that they are in one slot of a cluster. No name of a channel holds a
 * brace or a colon after one, so no channel can take the name of another's key.
 */
export class RedisKeys {
  readonly #prefix: string

  /** @throws TypeError for a prefix that would tear the hash tag. */
  constructor(prefix: string) {
    if (!/^[^{}\s]*$/.test(prefix)) throw new TypeError('prefix: no braces and no spaces')
    this.#prefix = prefix
  }

  /** The pub/sub channel that carries a channel's events. */
  events(channel: string): string {
    return `${this.#prefix}{${channel}}`
  }

  /** Where the log stands: epoch, newest offset. */
  position(channel: string): string {
    return `${this.#prefix}{${channel}}:position`
  }

  /** The kept events. */
  log(channel: string): string {
    return `${this.#prefix}{${channel}}:log`
  }

  /** What a publish key was first used for. */
  publishKey(channel: string, key: string): string {
    return `${this.#prefix}{${channel}}:key:${key}`
  }
}
