// Express 5 with express-session: page, sign-in and WebSocket share one HTTPS server, its
// certificate and one session. Who has signed in may write; to sign out ends the connection.
//   npm run example examples/express-session.js
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:https'
import express from 'express'
import session from 'express-session'
import { createTidewire, sessionAuth } from 'tidewire'
import { listen } from './shared/listen.js'
import { servePage } from './shared/page-file.js'
import { selfSigned } from './shared/self-signed.js'

const secret = randomBytes(32).toString('hex')
const cookie = { secure: true, sameSite: true }
const middleware = session({ secret, cookie, resave: false, saveUninitialized: false })
const identify = ({ user }) => (user ? { userId: user } : null)

const tide = createTidewire({
  auth: { strategies: [sessionAuth({ middleware, identify })] },
  channels: {
    'chat:{room}': { subscribe: 'anyone', publish: 'authenticated', history: { size: 100 } },
  },
})

const app = express().use(middleware, express.urlencoded())
app.post('/login', (request, response, next) => {
  // An application would look at a password here.
  request.session.regenerate((error) => {
    if (error) return next(error)
    request.session.user = String(request.body?.user ?? '')
    response.redirect(303, '/')
  })
})
app.post('/logout', ({ session }, response) => {
  session.destroy(() => response.redirect(303, '/'))
})
app.use(servePage('session.html'))
const server = createServer(selfSigned(), app)
tide.attach(server)
listen(server)
