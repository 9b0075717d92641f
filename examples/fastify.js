// A chat on Fastify, which serves the page, and a route that publishes as the server:
//   npm run example examples/fastify.js
//   curl -X POST -H 'Content-Type: text/plain' -d 'Tea is ready' http://127.0.0.1:3000/announce
import fastify from 'fastify'
import { createTidewire } from 'tidewire'
import { port } from './shared/listen.js'
import { pageFile } from './shared/page-file.js'

const tide = createTidewire({
  channels: {
    'chat:{room}': { subscribe: 'anyone', publish: 'anyone', history: { size: 100 } },
  },
})

const app = fastify()

app.post('/announce', async (request) => {
  const { position } = await tide.publish('chat:lobby', { text: String(request.body) })
  return { position }
})

app.get('/*', async (request, reply) => {
  const file = await pageFile(request.url, 'anyone.html')
  if (file === null) return reply.callNotFound()
  return reply.type(file.type).send(file.body)
})

tide.attach(app.server)
console.log(`open ${await app.listen({ port, host: '127.0.0.1' })}/`)
