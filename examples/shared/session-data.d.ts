import 'express-session'

declare module 'express-session' {
  /** What the example keeps in a session. */
  interface SessionData {
    user: string
  }
}
