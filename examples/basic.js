// HTTP Basic: the browser asks for a name and a password with the page, and sends both with the
// WebSocket's handshake. Try ada with "engine", or grace with "compiler".
//   npm run example examples/basic.js
import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import { basicAuth, createTidewire } from 'tidewire'
import { listen } from './shared/listen.js'
import { servePage } from './shared/page-file.js'

const users = { ada: 'engine', grace: 'compiler' }
const basic = basicAuth({ realm: 'Tidewire chat', users })

const tide = createTidewire({
  auth: { mode: 'required', strategies: [basic] },
  channels: { 'chat:{room}': { publish: 'authenticated', history: { size: 100 } } },
})

// A browser asks its user when a page wants a password, never for a WebSocket.
const digest = (text) => createHash('sha256').update(text).digest()
const known = Object.entries(users).map((user) => digest(`Basic ${btoa(user.join(':'))}`))
const page = servePage('anyone.html')

const server = createServer((request, response) => {
  const brought = digest(request.headers.authorization ?? '')
  if (known.some((credential) => timingSafeEqual(credential, brought))) {
    return page(request, response)
  }
  return response.writeHead(401, { 'WWW-Authenticate': basic.challenge }).end()
})
tide.attach(server)
listen(server)
