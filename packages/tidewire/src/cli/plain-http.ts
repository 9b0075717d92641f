import type { RequestListener } from 'node:http'

/**
 * What the standalone server says to plain HTTP: that it lives, and that there
 * is nothing else here. WebSocket never comes this way.
 */
export const answerPlainHttp: RequestListener = (request, response) => {
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  const isHealth = isRead && pathOf(request.url ?? '') === '/health'
  const body = JSON.stringify(isHealth ? alive : notFound)
  response.writeHead(isHealth ? 200 : 404, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  })
  response.end(body)
}

const alive = { status: 'ok' }
const notFound = { code: 'NOT_FOUND', message: 'nothing is served at this path' }

// As text: `new URL` throws on targets that a stranger may send.
function pathOf(target: string): string {
  return target.split('?', 1)[0] ?? ''
}
