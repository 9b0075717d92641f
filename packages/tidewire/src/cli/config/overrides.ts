import { didYouMean } from '../did-you-mean.ts'
import { flagOf, type Setting, settings, variableOf } from './settings.ts'

/**
 * What the environment and the flags say of settings. A flag wins over the
 * variable of the same setting; both win over the file.
 */
export interface Override {
  readonly setting: Setting
  /** Where it was said, as a mistake is told: `TIDEWIRE_PORT`, `option --port`. */
  readonly source: string
  readonly text: string
}

export type Environment = Readonly<Record<string, string | undefined>>

/** The overrides there are, each setting once. An empty variable is one that is not set. */
export function overridesFrom(
  environment: Environment,
  flags: ReadonlyMap<string, string>,
): readonly Override[] {
  return settings.flatMap((setting) => {
    const [flag, variable] = [flagOf(setting), variableOf(setting)]
    const given = flag === null ? undefined : flags.get(flag)
    if (given !== undefined) return [{ setting, source: `option --${flag}`, text: given }]
    const text = environment[variable] ?? ''
    return text === '' ? [] : [{ setting, source: variable, text }]
  })
}

/** Variables that look like settings and are none: a line each, as a slip would go unseen. */
export function strayVariables(environment: Environment): readonly string[] {
  const known = [...settings.map(variableOf), ...otherVariables]
  return Object.keys(environment)
    .filter((name) => name.startsWith('TIDEWIRE_') && !known.includes(name))
    .filter((name) => !isOfKubernetes(name))
    .map((name) => `${shown(name)} is no setting and is ignored${didYouMean(name, known)}`)
}

/** Variables that are no settings of the server, and ours all the same. */
const otherVariables = ['TIDEWIRE_CONFIG', 'TIDEWIRE_URL', 'TIDEWIRE_TOKEN']

// Set for every pod beside a service that is called tidewire.
function isOfKubernetes(name: string): boolean {
  return /^TIDEWIRE_(SERVICE_|PORT_\d)/.test(name)
}

function shown(name: string): string {
  return name.replaceAll(/[^\w]/g, '?').slice(0, 60)
}
