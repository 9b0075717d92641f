import { dirname, resolve } from 'node:path'
import type { Problem } from './place.ts'
import { type Setting, settings } from './settings.ts'

/** Makes one config of its sources. Values are not looked at: a shape reads the result. */

/** The defaults of all settings that have one, below what is given. */
export function withDefaults(config: unknown): unknown {
  return settings.reduce(
    (merged, setting) =>
      setting.default === undefined || valueAt(merged, setting) !== undefined
        ? merged
        : withValue(merged, setting, setting.default),
    config,
  )
}

/** A config with one value in its place. Where a place is taken by what is no object, it stays. */
export function withValue(config: unknown, { key }: Setting, value: unknown): unknown {
  return put(config, key.split('.'), value)
}

/** File names of a config file are meant from where that file is. */
export function withFilesFrom(config: unknown, configFile: string): unknown {
  return settings
    .filter(({ kind }) => kind === 'file')
    .reduce((merged, setting) => {
      const name = valueAt(merged, setting)
      return typeof name === 'string' && name !== ''
        ? withValue(merged, setting, resolve(dirname(configFile), name))
        : merged
    }, config)
}

/** Whether a problem is about a value of this setting, or about something in it. */
export function isAbout({ key }: Setting, { path }: Problem): boolean {
  return path === key || path.startsWith(`${key}.`) || path.startsWith(`${key}[`)
}

function put(config: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value
  if (config === undefined) return { [name]: put(undefined, rest, value) }
  return isObject(config) ? { ...config, [name]: put(config[name], rest, value) } : config
}

function valueAt(config: unknown, { key }: Setting): unknown {
  return key
    .split('.')
    .reduce<unknown>((found, name) => (isObject(found) ? found[name] : undefined), config)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
