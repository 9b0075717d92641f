import {
  type ChannelParams,
  type ChannelPattern,
  compilePattern,
} from '../../protocol/channel-pattern.ts'
import type { Access } from '../../protocol/channel-types.ts'
import type { StandardSchema } from '../../protocol/standard-schema.ts'
import type { Identity } from '../ports/auth.ts'
import type { HistoryBounds } from '../ports/broker.ts'
import type {
  ChannelDeclarations,
  ChannelOptions,
  DeliveryPolicy,
  HistoryOptions,
} from './options.ts'

/**
 * Which declaration a channel falls under, and what it allows. A name that no
 * declaration covers does not exist: everything on it is forbidden.
 */
export class ChannelRules {
  readonly #literals = new Map<string, ChannelRule>()
  readonly #found = new Map<string, FoundRule | null>()
  readonly #patterns: { readonly pattern: ChannelPattern; readonly rule: ChannelRule }[] = []

  /** @throws TypeError for a pattern or an option that makes no sense. */
  constructor(declarations: ChannelDeclarations) {
    for (const [source, options] of Object.entries(declarations)) {
      const pattern = compilePattern(source)
      const rule = ruleOf(source, options)
      if (pattern.params.length === 0) this.#literals.set(source, rule)
      else this.#patterns.push({ pattern, rule })
    }
  }

  /** The rule for a name, with the values of its params; null when nothing covers it. */
  find(name: string): FoundRule | null {
    const known = this.#found.get(name)
    if (known !== undefined) return known
    const found = this.#search(name)
    // Names come from strangers: what is remembered of them is bounded.
    if (this.#found.size >= maxFound) this.#found.clear()
    this.#found.set(name, found)
    return found
  }

  #search(name: string): FoundRule | null {
    const literal = this.#literals.get(name)
    if (literal !== undefined) return { rule: literal, params: {} }
    for (const { pattern, rule } of this.#patterns) {
      const params = pattern.match(name)
      if (params !== null) return { rule, params }
    }
    return null
  }
}

/** A rule, and the values its pattern's params have in a name. */
export interface FoundRule {
  readonly rule: ChannelRule
  readonly params: ChannelParams
}

/** A declaration with every default in its place. */
export interface ChannelRule {
  readonly pattern: string
  readonly schema: StandardSchema | null
  readonly subscribe: Access
  readonly publish: Access
  readonly history: HistoryBounds | null
  readonly delivery: DeliveryPolicy
  readonly conflateKey: string | null
  readonly slowGraceMs: number
  readonly windowMs: number
  readonly maxEvents: number
  readonly maxDelayMs: number
}

/** Whether someone, or nobody in particular, has this access. */
export function isAllowed(access: Access, identity: Identity | null): boolean {
  if (access === 'anyone') return true
  return access === 'authenticated' && identity !== null
}

/** How many names are remembered with what was found for them. */
const maxFound = 10_000

const defaultHistoryBytes = 4 * 1024 * 1024
const defaultHistoryAgeMs = 5 * 60_000

function ruleOf(pattern: string, options: ChannelOptions): ChannelRule {
  const history = historyOf(pattern, options)
  const delivery = options.delivery ?? (history === null ? 'drop' : 'every')
  const rule: ChannelRule = {
    pattern,
    schema: options.schema ?? null,
    subscribe: options.subscribe ?? 'authenticated',
    publish: options.publish ?? 'nobody',
    history,
    delivery,
    conflateKey: options.conflateKey ?? null,
    slowGraceMs: options.slowGraceMs ?? 5_000,
    windowMs: options.windowMs ?? 0,
    maxEvents: options.maxEvents ?? Number.POSITIVE_INFINITY,
    maxDelayMs: options.maxDelayMs ?? 100,
  }
  assertRule(rule)
  return rule
}

function assertRule(rule: ChannelRule): void {
  const { pattern, delivery } = rule
  assertThat(rule.windowMs >= 0, pattern, 'windowMs is a number of ms, 0 or more')
  assertThat(rule.maxEvents >= 1, pattern, 'maxEvents is 1 or more')
  assertThat(rule.maxDelayMs >= 0, pattern, 'maxDelayMs is a number of ms, 0 or more')
  assertThat(rule.slowGraceMs >= 0, pattern, 'slowGraceMs is a number of ms, 0 or more')
  assertThat(
    rule.history !== null || delivery === 'drop',
    pattern,
    `delivery ${delivery} needs a history`,
  )
  assertThat(
    rule.conflateKey === null || delivery === 'latest',
    pattern,
    'conflateKey goes with delivery latest',
  )
}

function historyOf(pattern: string, options: ChannelOptions): HistoryBounds | null {
  if (options.history !== undefined) return historyBounds(pattern, options.history)
  if (options.delivery !== 'latest') return null
  // A value stays the value until the next one, however long that takes.
  const size = options.conflateKey === undefined ? 1 : 1_000
  return historyBounds(pattern, { size, ttlMs: Number.MAX_SAFE_INTEGER })
}

function historyBounds(pattern: string, options: HistoryOptions): HistoryBounds {
  const { size, bytes = defaultHistoryBytes, ttlMs = defaultHistoryAgeMs } = options
  assertThat(
    Number.isSafeInteger(size) && size >= 1,
    pattern,
    'history.size is an integer, 1 or more',
  )
  assertThat(bytes >= 1, pattern, 'history.bytes is 1 or more')
  assertThat(ttlMs >= 1, pattern, 'history.ttlMs is 1 or more')
  return { maxEntries: size, maxBytes: bytes, maxAgeMs: ttlMs }
}

function assertThat(holds: boolean, pattern: string, expected: string): void {
  if (!holds) throw new TypeError(`channel ${JSON.stringify(pattern)}: ${expected}`)
}
