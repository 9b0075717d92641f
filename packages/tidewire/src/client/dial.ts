/**
 * Opens a link to a server: the client's only way out. WebSockets in browsers
 * and in Node, and the links of a test, look alike from here.
 *
 * Contract: returns at once and never waits for the network; handlers are not
 * called before it has returned. It throws for what no retry would mend (a
 * subprotocol that cannot be), and for that only: `connect` passes it on.
 */
export type Dial = (url: string, protocols: readonly string[], handlers: LinkHandlers) => Link

/** What a link tells, in the order things arrive. */
export interface LinkHandlers {
  /** One message; a text, or something else that this client did not ask for. */
  onMessage(data: unknown): void

  /** The link is gone, or never came to be (1006). Told once; nothing follows it. */
  onClose(code: number, reason: string): void
}

/**
 * One live transport link.
 *
 * Contract: `send` keeps the order of its calls and never throws on a link that
 * has delivered a message; on one that is closing it does nothing.
 */
export interface Link {
  send(text: string): void

  /** Says goodbye, with 1000 or a code of 3000 to 4999. Once it is closed, or a second time, it does nothing. */
  close(code: number, reason: string): void
}
