import { serveWs } from './ws-server.ts'

/** The event as bytes, encoded once for all subscribers. */
serveWs({ encode: (event) => Buffer.from(JSON.stringify(event)) })
