// A chat on plain node:http. Everybody may read and write, as nobody in particular.
//   npm run example examples/node-http.js
import { createServer } from 'node:http'
import { createTidewire } from 'tidewire'
import { listen } from './shared/listen.js'
import { servePage } from './shared/page-file.js'

const tide = createTidewire({
  channels: {
    'chat:{room}': { subscribe: 'anyone', publish: 'anyone', history: { size: 100 } },
  },
})

const server = createServer(servePage('anyone.html'))
tide.attach(server)
listen(server)
