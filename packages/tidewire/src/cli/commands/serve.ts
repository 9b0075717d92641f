import type { Command } from '../command.ts'
import { configOptions } from '../config/config-options.ts'
import { strayVariables } from '../config/overrides.ts'
import { readConfig } from '../config/read-config.ts'
import { jsonLogger } from '../json-logger.ts'
import { serve } from '../serve.ts'
import { stopSignal } from '../stop-signal.ts'

/** `tidewire serve`: a server until a signal ends it. */
export const serveCommand: Command = {
  name: 'serve',
  about: 'runs a server until SIGTERM drains it',
  words: [],
  options: configOptions,
  async run({ options }, { environment, print, complain }) {
    const config = await readConfig({ environment, flags: options })
    const logger = jsonLogger(complain, config.logLevel ?? 'info')
    for (const stray of strayVariables(environment)) logger.warn(stray)
    const server = await serve({ config, logger })
    const onReload = (): void => void server.reloadCertificate()
    // Also without TLS: a signal that is not listened to ends the process.
    process.on('SIGHUP', onReload)
    const stopped = stopSignal()
    print(`listening on ${server.url}`)
    const signal = await stopped
    logger.info('draining; a second signal ends at once', { signal })
    await server.drain()
    await server.close()
    process.off('SIGHUP', onReload)
  },
}
