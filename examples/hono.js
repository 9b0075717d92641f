// A chat on Hono, which serves the page, and a route that publishes as the server:
//   npm run example examples/hono.js
//   curl -X POST -d 'Tea is ready' http://127.0.0.1:3000/announce
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { createTidewire } from 'tidewire'
import { listen } from './shared/listen.js'
import { pageFile } from './shared/page-file.js'

const tide = createTidewire({
  channels: {
    'chat:{room}': { subscribe: 'anyone', publish: 'anyone', history: { size: 100 } },
  },
})

const app = new Hono()

app.post('/announce', async (context) => {
  const text = await context.req.text()
  const { position } = await tide.publish('chat:lobby', { text })
  return context.json({ position })
})

app.get('*', async (context) => {
  const file = await pageFile(context.req.path, 'anyone.html')
  return file === null
    ? context.notFound()
    : context.body(file.body, 200, { 'Content-Type': file.type })
})

const server = createServer(getRequestListener(app.fetch))
tide.attach(server)
listen(server)
