/**
 * An anonymous reader who types JSON into a browser's own WebSocket, and keeps
 * every byte the server sends.
 */
import type { Page } from 'playwright-core'
import { patienceMs } from './viewer.ts'

/** Somebody who reads raw frames. */
export interface AnonymousReader {
  /** Resolves with all frames when those of so many lines, and every event in them, are there. */
  framesOf(lines: number): Promise<readonly string[]>
}

/** Subscribes to channels by hand; resolves when each of them was answered. */
export async function readAnonymously(
  page: Page,
  channels: readonly string[],
): Promise<AnonymousReader> {
  const frames = await page.evaluateHandle(subscribeByHand, channels)
  return {
    async framesOf(lines) {
      await page.waitForFunction(isComplete, { frames, lines }, { timeout: patienceMs })
      return frames.jsonValue()
    },
  }
}

/** Runs in the page. */
function subscribeByHand(channels: readonly string[]): Promise<string[]> {
  const frames: string[] = []
  const socket = new WebSocket(`ws://${location.host}/ws`)
  return new Promise((resolve, reject) => {
    socket.onclose = () => reject(new Error('the server closed the connection'))
    socket.onopen = () => {
      for (const [id, channel] of channels.entries()) {
        socket.send(JSON.stringify({ type: 'subscribe', id, channel }))
      }
    }
    socket.onmessage = ({ data }) => {
      frames.push(data)
      const answers = frames.filter((frame) => /^\{"type":"(ack|error)"/.test(frame))
      if (answers.length === channels.length) resolve(frames)
    }
  })
}

/** Runs in the page: the statistics know all lines, and every parsed one has come as an event. */
function isComplete({ frames, lines }: { frames: readonly string[]; lines: number }): boolean {
  const read = frames.map((frame) => JSON.parse(frame))
  const events = read.flatMap((frame) => (frame.type === 'batch' ? frame.events : [frame]))
  const counts = read.findLast((frame) => frame.channel === 'stats' && frame.payload)?.payload.lines
  const attacks = events.filter((event) => event.payload?.class !== undefined)
  return counts?.received === lines && attacks.length === counts.parsed
}
