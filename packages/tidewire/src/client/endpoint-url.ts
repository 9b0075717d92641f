/**
 * Turns what a user passes as the server's address into a WebSocket URL.
 *
 * @param url `ws:`, `wss:`, `http:` or `https:`, or a path of the page's own server
 * @param origin what a path is relative to; undefined where there is no page
 * @throws TypeError for anything else: no retry would mend it
 */
export function endpointUrl(url: string, origin: string | undefined): string {
  try {
    const endpoint = new URL(url, url.startsWith('/') ? origin : undefined)
    if (/^(ws|http)s?:$/.test(endpoint.protocol)) {
      endpoint.protocol = endpoint.protocol.replace('http', 'ws')
      // A WebSocket URL with a fragment is refused by the platform.
      endpoint.hash = ''
      return endpoint.href
    }
  } catch {
    // What cannot be read is as wrong as what can and is no address of a server.
  }
  throw new TypeError(`${url}: pass a ws(s) or http(s) URL, or in a page a /path`)
}
