import { describe, expect, test } from 'vitest'
import { connect } from '../../src/client/node.ts'
import type { Gap } from '../../src/client/subscription.ts'
import { type CliProcess, startCli } from '../cli/cli-process.ts'
import { type ConfigFolder, configFolder } from '../cli/config-folder.ts'
import { openByteSocket } from '../support/byte-socket.ts'
import { deferred } from '../support/deferred.ts'
import { expectServed } from '../support/healthy-client.ts'
import { Inbox } from '../support/inbox.ts'
import { startLossyProxy } from '../support/lossy-proxy.ts'

const config = JSON.stringify({
  // At once: what is tested is the goodbye.
  drain: { overMs: 0, graceMs: 0 },
  channels: {
    'room:{name}': { subscribe: 'anyone', publish: 'anyone' },
    'log:{name}': { subscribe: 'anyone', publish: 'anyone', history: { size: 10 } },
  },
})

const quick = { minDelayMs: 1, maxDelayMs: 20 }

/** A standalone server in a process of its own. */
async function startNode(folder: ConfigFolder): Promise<ServerProcess> {
  const file = await folder.write('config.json', config)
  const cli = startCli('serve', '--config', file, '--port', '0')
  const url = new URL((await cli.nextLine()).replace('listening on ', ''))
  return { cli, port: Number(url.port) }
}

interface ServerProcess {
  readonly cli: CliProcess
  readonly port: number
}

describe('a server that is ended', () => {
  test('row 30: the second SIGTERM ends it at once, whoever still holds a connection', async () => {
    await using folder = await configFolder()
    const { cli, port } = await startNode(folder)
    await using _ = cli
    await expectServed(`ws://127.0.0.1:${port}/ws`)
    await using holder = await openByteSocket(port, true)
    await holder.handshake()
    cli.kill('SIGTERM')
    // The goodbye, which this peer never answers: the server waits for it.
    expect(await holder.closeCode()).toBe(1012)
    cli.kill('SIGTERM')
    expect(await cli.ended()).toMatchObject({ code: 128 + 15 })
  })

  test.each([
    ['SIGKILL', false],
    ['SIGKILL while it says goodbye', true],
  ])(
    'row 30: %s: clients go on at another node and are told what they missed',
    async (_, isEnding) => {
      await using folder = await configFolder()
      const first = await startNode(folder)
      await using _first = first.cli
      const second = await startNode(folder)
      await using _second = second.cli
      await using proxy = await startLossyProxy(first.port)
      await using reader = connect(proxy.url, quick)
      await using writer = connect(proxy.url, quick)
      const payloads = new Inbox<unknown>(String)
      const { promise: gap, resolve: onGap } = deferred<Gap>()
      const subscription = reader
        .channel('log:a')
        .subscribe(({ payload }) => payloads.put(payload), { onGap })
      await subscription.ready
      await writer.channel('log:a').publish('before')
      expect(await payloads.take()).toBe('before')

      await using holder = await openByteSocket(first.port, true)
      await holder.handshake()
      if (isEnding) {
        first.cli.kill('SIGTERM')
        expect(await holder.closeCode()).toBe(1012)
      }
      proxy.aim(second.port)
      first.cli.kill('SIGKILL')
      await first.cli.ended()

      expect(await gap).toMatchObject({ reason: 'EPOCH_CHANGED', missed: null })
      await writer.channel('log:a').publish('after')
      expect(await payloads.take()).toBe('after')
      await expectServed(`ws://127.0.0.1:${second.port}/ws`)
    },
  )
})
