import type { RequestListener, ServerResponse } from 'node:http'

/**
 * What the standalone server says to a request that is not Tidewire's: there is
 * nothing else here, or it has come to the WebSocket's path without being one.
 */
export function answerOthers(webSocketPath: string): RequestListener {
  return ({ url = '' }, response) => {
    if (url.split(/[?#]/, 1)[0] === webSocketPath) return answer(response, 426, upgradeRequired)
    answer(response, 404, notFound)
  }
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    // RFC 9110, section 15.5.22: what to upgrade to.
    ...(status === 426 && { Upgrade: 'websocket', Connection: 'Upgrade' }),
  })
  response.end(body)
}

const notFound = JSON.stringify({ code: 'NOT_FOUND', message: 'nothing is served at this path' })
const upgradeRequired = JSON.stringify({
  code: 'UPGRADE_REQUIRED',
  message: 'this is the path of the WebSocket: connect with ws: or wss:',
})
