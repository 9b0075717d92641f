import { loadBroker } from '../broker.ts'
import type { Command } from '../command.ts'
import { configOptions } from '../config/config-options.ts'
import { strayVariables } from '../config/overrides.ts'
import { readConfig } from '../config/read-config.ts'
import { shownConfig } from '../config/shown-config.ts'

/** `tidewire check`: what a config comes to, or everything that is wrong with it. */
export const checkCommand: Command = {
  name: 'check',
  about: 'says what is wrong with a config, or shows it',
  words: [],
  options: configOptions,
  async run({ options }, { environment, print, complain }) {
    for (const stray of strayVariables(environment)) complain(`tidewire: ${stray}`)
    const config = await readConfig({ environment, flags: options })
    await loadBroker(config.broker)
    print(shownConfig(config))
  },
}
