import { expect, test } from 'vitest'
import { namedUsers } from '../support/open-channels.ts'
import { connectRaw } from '../support/raw-client.ts'
import { startServer } from '../support/start-server.ts'

/**
 * PROTOCOL.md: "a plain browser WebSocket or wscat can use every feature by
 * typing JSON". What is typed is written here as it is typed; `…` stands for
 * what differs from run to run.
 */
const dialogue = `
< {"type":"connected","connectionId":"…","time":…,"auth":"required","userId":null,"heartbeatMs":25000,"limits":{"maxPayloadBytes":65536,"maxChannels":128}}
> {"type":"auth","id":"a","token":"token of ada"}
< {"type":"auth_ack","id":"a","userId":"ada"}
> {"type":"subscribe","id":1,"channel":"log:lobby","last":10}
< {"type":"ack","id":1,"channel":"log:lobby","position":{"epoch":"…","offset":0}}
> {"type":"publish","id":2,"channel":"log:lobby","payload":{"text":"hello"},"key":"k1"}
< {"type":"ack","id":2,"channel":"log:lobby","position":{"epoch":"…","offset":1}}
< {"type":"message","channel":"log:lobby","offset":1,"payload":{"text":"hello"},"from":"ada","time":…}
> {"type":"publish","id":3,"channel":"log:lobby","payload":{"text":"hello"},"key":"k1"}
< {"type":"ack","id":3,"channel":"log:lobby","position":{"epoch":"…","offset":1},"duplicate":true}
> [{"type":"publish","channel":"log:lobby","payload":2},{"type":"publish","channel":"log:lobby","payload":3}]
< {"type":"batch","channel":"log:lobby","count":2,"events":[{"offset":2,"payload":2,"from":"ada","time":…},{"offset":3,"payload":3,"from":"ada","time":…}]}
> {"type":"history","id":4,"channel":"log:lobby","after":1,"limit":1}
< {"type":"ack","id":4,"channel":"log:lobby","position":{"epoch":"…","offset":3},"events":[{"offset":2,"payload":2,"from":"ada","time":…}]}
> {"type":"heartbeat"}
< {"type":"heartbeat","time":…}
> {"type":"call","id":5,"method":"nothing"}
< {"type":"error","code":"UNKNOWN_METHOD","message":"no handler is registered for this method","id":5}
> {"type":"unsubscribe","id":6,"channel":"log:lobby"}
< {"type":"ack","id":6,"channel":"log:lobby"}
> {"type":"subscribe","id":7,"channel":"secret"}
< {"type":"error","code":"FORBIDDEN","message":"the rules of the channel do not allow this","id":7}
> {"type":"subscribe","id":8,"channel":"log:lobby","since":{"epoch":"another-life","offset":1}}
< {"type":"ack","id":8,"channel":"log:lobby","position":{"epoch":"…","offset":3},"recovered":false,"reason":"EPOCH_CHANGED"}
`

test('P-002 a client that types plain JSON and names no subprotocol can do everything', async () => {
  await using server = await startServer({ auth: { ...namedUsers, mode: 'required' } })
  await using client = await connectRaw(server.url)
  const heard = [`< ${masked(JSON.stringify(client.hello))}`]
  for (const line of dialogue.trim().split('\n').slice(1)) {
    if (line.startsWith('> ')) {
      client.send(line.slice(2))
      heard.push(line)
    } else heard.push(`< ${masked(String(await client.nextBytes()))}`)
  }
  expect(heard.join('\n')).toBe(dialogue.trim())
})

function masked(text: string): string {
  return text
    .replaceAll(/"(connectionId|epoch)":"[^"]+"/g, '"$1":"…"')
    .replaceAll(/"time":\d+/g, '"time":…')
}
