import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { limitsFrom } from '../../core/connection/limits.ts'
import { overridesFrom, strayVariables } from './overrides.ts'
import { flagOf, settings, variableOf } from './settings.ts'

it('names follow from the place in the file', () => {
  const setting = { key: 'limits.maxChannels', kind: 'number' } as const
  expect(variableOf(setting)).toBe('TIDEWIRE_LIMITS_MAX_CHANNELS')
  expect(flagOf(setting)).toBe('limits-max-channels')
  expect(flagOf({ ...setting, isSecret: true })).toBeNull()
})

it('no two settings share a variable', () => {
  expect(new Set(settings.map(variableOf)).size).toBe(settings.length)
})

it('the defaults of limits are those of the engine, all of them', () => {
  const limits = settings.filter(({ key }) => key.startsWith('limits.'))
  const defaults = limits.map((setting) => [setting.key.slice('limits.'.length), setting.default])
  expect(Object.fromEntries(defaults)).toEqual(limitsFrom({}))
})

it('each is in the guide, with all its names and its default', () => {
  const guide = readFileSync(
    new URL('../../../../../docs/guide/standalone.md', import.meta.url),
    'utf8',
  )
  const rows = guide.split('\n').filter((line) => line.startsWith('| `'))
  for (const setting of settings) {
    const flag = flagOf(setting)
    const row = rows.find((line) => line.startsWith(`| \`${setting.key}\` |`)) ?? ''
    expect(row).toContain(
      `| \`${variableOf(setting)}\` | ${flag === null ? 'none' : `\`--${flag}\``} |`,
    )
    expect(row).toContain(`| ${shownDefault(setting.default)}`)
  }
})

it('a flag wins over the variable, and an empty variable is none', () => {
  const environment = { TIDEWIRE_PORT: '1', TIDEWIRE_HOST: 'a', TIDEWIRE_PATH: '' }
  const overrides = overridesFrom(environment, new Map([['port', '2']]))
  expect(overrides.map(({ source, text }) => [source, text])).toEqual([
    ['TIDEWIRE_HOST', 'a'],
    ['option --port', '2'],
  ])
})

it('a variable that is no setting is told, and one of Kubernetes is not', () => {
  const names = ['TIDEWIRE_PROT', 'TIDEWIRE_URL', 'TIDEWIRE_SERVICE_HOST', 'TIDEWIRE_PORT_80_TCP']
  expect(strayVariables(Object.fromEntries(names.map((name) => [name, 'x'])))).toEqual([
    'TIDEWIRE_PROT is no setting and is ignored (did you mean "TIDEWIRE_PORT"?)',
  ])
})

function shownDefault(value: unknown): string {
  if (value === undefined) return ''
  if (typeof value === 'number') return value.toLocaleString('en-US')
  return Array.isArray(value) ? value.join(', ') || 'none' : `\`${String(value)}\``
}
