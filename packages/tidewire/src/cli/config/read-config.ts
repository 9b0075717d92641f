import { CliError } from '../cli-error.ts'
import { readConfigFile } from './config-file.ts'
import { isAbout, withDefaults, withValue } from './merge.ts'
import { type Environment, type Override, overridesFrom } from './overrides.ts'
import { Place, type Problem, problemText } from './place.ts'
import type { ServeConfig } from './serve-config.ts'
import { serveConfigShape } from './serve-config-shape.ts'
import { settingValue } from './setting-text.ts'
import { checkWhole } from './whole-config.ts'

/**
 * The config of one start. One precedence: flags, then the environment, then the
 * file, then defaults.
 *
 * @throws CliError with everything that is wrong, one line each, with the source it is in.
 */
export async function readConfig(sources: ConfigSources): Promise<ServeConfig> {
  const { environment, flags } = sources
  const file = flags.get('config') ?? (environment['TIDEWIRE_CONFIG'] || undefined)
  const overrides = overridesFrom(environment, flags)
  if (file === undefined && !overrides.some(({ setting }) => setting.key === 'channels')) {
    throw new CliError(`no config: ${whereToPutIt}`)
  }
  const given = file === undefined ? {} : await readConfigFile(file)
  const { merged, unread } = withOverrides(given, overrides)
  const problems: Problem[] = []
  const place = new Place(problems)
  const config = serveConfigShape.read(withDefaults(merged), place)
  // What could not be read may be what the rest needs.
  if (config !== undefined && unread.length + place.count === 0) checkWhole(config, place)
  const lines = [
    ...unread.map(({ source, problem }) => `${source}: ${problem}`),
    ...problems
      // What could not be read is not missing.
      .filter((problem) => !unread.some(({ setting }) => isAbout(setting, problem)))
      .map((problem) => located(problem, overrides, file)),
  ]
  if (config === undefined || lines.length > 0) throw new CliError(lines)
  return config
}

/** Where a config comes from. */
export interface ConfigSources {
  readonly environment: Environment
  /** By name without dashes: `config`, and the flags of settings. */
  readonly flags: ReadonlyMap<string, string>
}

const whereToPutIt = 'give a file that declares channels with --config FILE or TIDEWIRE_CONFIG'

/** An override whose text says nothing. */
type Unread = Override & { readonly problem: string }

function withOverrides(config: unknown, overrides: readonly Override[]) {
  const unread: Unread[] = []
  const merged = overrides.reduce((before, override) => {
    const read = settingValue(override.setting, override.text)
    if (read.ok) return withValue(before, override.setting, read.value)
    unread.push({ ...override, problem: read.problem })
    return before
  }, config)
  return { merged, unread }
}

/** A problem as a line that names the variable, the flag or the file it is in. */
function located(problem: Problem, overrides: readonly Override[], file?: string): string {
  const override = overrides.find(({ setting }) => isAbout(setting, problem))
  if (override !== undefined) {
    const { setting, source } = override
    const hint = kubernetesHint(override)
    if (problem.path === setting.key) return `${source}: ${problem.problem}${hint}`
    return `${source}: ${problemText(problem)}`
  }
  const parts = overrides.filter(({ setting }) => setting.key.startsWith(`${problem.path}.`))
  const places = [...(file === undefined ? [] : [file]), ...parts.map(({ source }) => source)]
  return `${places.length === 0 ? 'config' : places.join(', ')}: ${problemText(problem)}`
}

// Its variable for a service that is called tidewire has the name of ours.
function kubernetesHint({ source, text }: Override): string {
  if (source !== 'TIDEWIRE_PORT' || !text.startsWith('tcp://')) return ''
  return '; Kubernetes sets it for a service named tidewire: set enableServiceLinks to false'
}
