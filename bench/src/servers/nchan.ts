import type { Socket } from 'node:net'
import { programPath } from '../harness/programs.ts'
import { nchanModule } from '../harness/subject.ts'
import { clientFrame, opcodes } from '../load/frame-bytes.ts'
import { connectTo, type Places, startExternal } from './external.ts'
import { serve } from './serve.ts'

/** nginx with Nchan, one worker; events come in over one WebSocket, which costs it least. */
let publisher: Socket | null = null

serve({
  async listen({ core }) {
    const { pid, port } = await startExternal({
      core,
      config,
      commandLine: (path) => [programPath('nginx'), '-c', path],
    })
    publisher = await connectTo(port)
    publisher.write(
      'GET /publish/bench:0 HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n' +
        'Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
        'Sec-WebSocket-Version: 13\r\n\r\n',
    )
    publisher.resume()
    return { port, pid }
  },
  publish(_channel, event) {
    publisher?.write(clientFrame(opcodes.text, JSON.stringify(event)))
  },
})

function config({ port, folder }: Places): string {
  return `
load_module ${nchanModule};
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr error;
worker_rlimit_nofile 20000;
events { worker_connections 19000; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  nchan_max_reserved_memory 512M;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location ~ ^/publish/(.+)$ { nchan_publisher websocket; nchan_channel_id $1; }
    location ~ ^/subscribe/(.+)$ {
      nchan_subscriber websocket;
      nchan_channel_id $1;
      nchan_subscriber_first_message newest;
      nchan_websocket_ping_interval 0;
    }
  }
}
`
}
