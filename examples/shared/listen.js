/** Where examples listen: `PORT`, or 3000. */
export const port = Number(process.env['PORT'] ?? 3000)

/**
 * Listens on this machine alone, and says what to open.
 *
 * @param {import('node:http').Server | import('node:https').Server} server
 */
export function listen(server) {
  server.listen(port, '127.0.0.1', () => {
    // A server that listens on a host and a port has an AddressInfo.
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
    const scheme = 'setSecureContext' in server ? 'https' : 'http'
    console.log(`open ${scheme}://127.0.0.1:${port}/`)
  })
}
