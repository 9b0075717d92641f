import { constants } from 'node:os'

/** What asks a process to end. */
export type StopSignal = 'SIGTERM' | 'SIGINT'

/**
 * Resolves at the first SIGTERM or SIGINT, for an orderly end. A second one
 * ends the process at once, with the exit code a shell gives to that signal:
 * as the first process of a container, no signal would end it by default.
 */
export function stopSignal(): Promise<StopSignal> {
  return new Promise((resolve) => {
    let isStopping = false
    const onSignal = (signal: StopSignal): void => {
      if (isStopping) process.exit(128 + constants.signals[signal])
      isStopping = true
      resolve(signal)
    }
    process.on('SIGTERM', onSignal)
    process.on('SIGINT', onSignal)
  })
}
