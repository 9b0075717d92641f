// Tokens: the page asks /token for one, the SDK sends it in its first frame, and asks for the next
// before that one ends, after a minute. Who may write is what the token claims.
//   npm run example examples/jwt.js
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import express from 'express'
import { SignJWT } from 'jose'
import { createTidewire, jwtAuth } from 'tidewire'
import { listen } from './shared/listen.js'
import { servePage } from './shared/page-file.js'

const secret = randomBytes(32).toString('hex')
const isWriter = ({ user }) => user.claims.role === 'writer'

const tide = createTidewire({
  auth: { mode: 'required', strategies: [jwtAuth({ secret })] },
  channels: { 'chat:{room}': { canPublish: isWriter, history: { size: 100 } } },
})

const app = express().use(express.urlencoded())
// An application would look at a password here, or at its own session.
app.post('/token', async ({ body = {} }, response) => {
  const claims = new SignJWT({ role: body.role })
    .setSubject(String(body.user))
    .setExpirationTime('1m')
  const token = await claims.setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret))
  response.type('text').send(token)
})
app.use(servePage('token.html'))

const server = createServer(app)
tide.attach(server)
listen(server)
