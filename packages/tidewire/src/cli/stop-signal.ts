import { constants } from 'node:os'

/**
 * Resolves at the first SIGTERM or SIGINT, for an orderly end. A second one
 * ends the process at once, with the exit code a shell gives to that signal:
 * as the first process of a container, no signal would end it by default.
 */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let isStopping = false
    const onSignal = (signal: 'SIGTERM' | 'SIGINT'): void => {
      if (isStopping) process.exit(128 + constants.signals[signal])
      isStopping = true
      resolve()
    }
    process.on('SIGTERM', onSignal)
    process.on('SIGINT', onSignal)
  })
}
