import type { Option } from '../command.ts'
import { flagOf, type Setting, settings, variableOf } from './settings.ts'

/** What stands for a value in the usage. */
const values: Readonly<Record<Setting['kind'], string>> = {
  text: 'TEXT',
  number: 'N',
  boolean: 'true|false',
  list: 'A,B',
  json: 'JSON',
  file: 'FILE',
}

/** The options of the commands that take a config: one for each setting that is no secret. */
export const configOptions: Readonly<Record<string, Option>> = {
  config: { value: 'FILE', short: 'c', about: 'JSON, or a .js or .mjs module; TIDEWIRE_CONFIG' },
  ...Object.fromEntries(settings.flatMap(optionOf)),
}

function optionOf(setting: Setting): readonly (readonly [string, Option])[] {
  const flag = flagOf(setting)
  if (flag === null) return []
  const about = `${variableOf(setting)}${defaultText(setting)}`
  const value = values[setting.kind]
  return [[flag, setting.key === 'port' ? { value, about, short: 'p' } : { value, about }]]
}

function defaultText({ default: value }: Setting): string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return ''
  return `, default ${String(value)}`
}
