import { CliError } from '../cli-error.ts'
import type { Command } from '../command.ts'
import { configOptions } from '../config/config-options.ts'
import { readConfig } from '../config/read-config.ts'
import { lifeOf } from '../life.ts'

/** `tidewire health`: what a container is asked, where its settings are those of the server in it. */
export const healthCommand: Command = {
  name: 'health',
  about: 'says whether the server of a config lives',
  words: [],
  options: configOptions,
  async run({ options }, { environment, print }) {
    const {
      host = '127.0.0.1',
      port = 3000,
      tls,
    } = await readConfig({ environment, flags: options })
    if (port === 0) throw new CliError('port: a server on any free port cannot be asked; give one')
    print(await lifeOf({ host, port, isSecure: tls !== undefined }))
  },
}
