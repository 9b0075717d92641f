/**
 * Sends one request over plain HTTP and hears its answer: the fallback's only
 * way out. `fetch` is one, and so is a script in a test.
 *
 * Contract: returns at once and calls nothing before it has returned. The answer
 * to it gives up the request: nothing more is heard of it.
 */
export type Post = (request: PostRequest, hearer: PostHearer) => () => void

/** What is sent. */
export interface PostRequest {
  readonly url: string
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** What is heard of a request. */
export interface PostHearer {
  /** The next piece of an answer with status 200; of any other nothing is heard. */
  onText(text: string): void
  /** Told once; nothing follows it. */
  onEnd(end: PostEnd): void
}

/** How a request ended. */
export interface PostEnd {
  /** Of HTTP; 0 when there was no answer, or not all of it. */
  readonly status: number
  readonly retryAfter?: string | undefined
}
