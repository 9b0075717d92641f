import { onAbort } from './abort.ts'
import type { PublishResult } from './channel.ts'
import type { RequestFrame, Requests } from './requests.ts'

/**
 * Makes the request of one publish and settles its promise.
 *
 * @throws TypeError for a payload JSON cannot hold
 */
export function publish(
  requests: Requests,
  frame: RequestFrame,
  signal: AbortSignal | undefined,
): Promise<PublishResult> {
  let stopListening = () => {}
  const answered = new Promise<PublishResult>((resolve, reject) => {
    const giveUp = requests.make(frame, {
      onAck: ({ position, duplicate }) =>
        resolve({ position: position ?? null, duplicate: duplicate ?? false }),
      onFailure: reject,
    })
    stopListening = onAbort(signal, (error) => {
      giveUp()
      reject(error)
    })
  })
  return answered.finally(stopListening)
}
