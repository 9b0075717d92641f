/**
 * What an application can know of its connection. One value at a time; it
 * changes only through `lifecycle.ts`.
 */
export type ClientState =
  /** A link is being opened. `attempt` counts from 1 since the connection was last healthy. */
  | { readonly kind: 'connecting'; readonly attempt: number }
  /** The server answered and waits for the token. */
  | {
      readonly kind: 'authenticating'
      readonly attempt: number
      readonly connectionId: string
    }
  /**
   * Frames flow. `userId` is null for an anonymous connection. A client whose
   * server leaves is online again, with another `connectionId`, as soon as the
   * next server has it; in between it was never anything else (P-061).
   */
  | {
      readonly kind: 'online'
      readonly connectionId: string
      readonly userId: string | null
    }
  /** The connection is gone; the next attempt begins at `retryAt` (ms since the epoch). */
  | {
      readonly kind: 'waiting'
      readonly attempt: number
      readonly retryAt: number
      readonly closeCode: number
    }
  /** It ended for good: disposed (1000), or the server's close code forbids another attempt. */
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string }
