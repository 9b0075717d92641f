import { serveWs } from './ws-server.ts'

/** One `JSON.stringify` per event, one `send` of the text per subscriber. */
serveWs({ encode: (event) => JSON.stringify(event) })
