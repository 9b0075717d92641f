import { readConfigJson } from './config-json.ts'
import type { Setting } from './settings.ts'

/** What the text of a setting says, or why it says nothing. */
export type SettingValue =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string }

/**
 * Reads the text of a variable or a flag. What is no number, or neither true nor
 * false, stays text: the shape of the config tells what was expected.
 */
export function settingValue({ key, kind }: Setting, text: string): SettingValue {
  switch (kind) {
    case 'text':
    case 'file':
      return { ok: true, value: text }
    case 'number':
      return { ok: true, value: /^\d{1,15}$/.test(text) ? Number(text) : text }
    case 'boolean':
      return { ok: true, value: booleans.get(text) ?? text }
    case 'list':
      return { ok: true, value: listIn(key, text) }
    case 'json':
      return jsonIn(text)
  }
}

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
])

function listIn(key: string, text: string): unknown {
  if (key === 'origins' && text === 'any') return text
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function jsonIn(text: string): SettingValue {
  const reading = readConfigJson(text)
  if (reading.ok) return reading
  return { ok: false, problem: `at character ${reading.column}: ${reading.problem}` }
}
