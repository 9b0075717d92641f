import { type ChannelPattern, compilePattern } from '../../protocol/channel-pattern.ts'
import type { StandardSchema } from '../../protocol/standard-schema.ts'
import type { HistoryBounds } from '../ports/broker.ts'
import type {
  ChannelDeclarations,
  ChannelOptions,
  DeliveryPolicy,
  HistoryOptions,
} from './options.ts'
import { type Right, rightOf } from './right.ts'

/**
 * Which declaration a channel falls under, and what it allows. A name that no
 * declaration covers does not exist: everything on it is forbidden.
 */
export class ChannelRules {
  readonly #literals = new Map<string, ChannelRule>()
  readonly #found = new Map<string, ChannelRule | null>()
  readonly #patterns: { readonly pattern: ChannelPattern; readonly rule: ChannelRule }[] = []

  /** @throws TypeError for a pattern or an option that makes no sense. */
  constructor(declarations: ChannelDeclarations) {
    for (const [source, options] of Object.entries(declarations)) {
      const pattern = compilePattern(source)
      const rule = ruleOf(pattern, options)
      if (pattern.params.length === 0) this.#literals.set(source, rule)
      else this.#declare(pattern, rule)
    }
  }

  /** The rule for a name; null when nothing covers it. */
  find(name: string): ChannelRule | null {
    const known = this.#found.get(name)
    if (known !== undefined) return known
    const found = this.#search(name)
    // Names come from strangers: what is remembered of them is bounded.
    if (this.#found.size >= maxFound) this.#found.clear()
    this.#found.set(name, found)
    return found
  }

  // Of two patterns a name fits, the first counts: one that never does is a slip.
  #declare(pattern: ChannelPattern, rule: ChannelRule): void {
    const name = pattern.source.replaceAll(/\{\w+\}/g, anyPart)
    const first = this.#patterns.find((earlier) => earlier.pattern.match(name) !== null)
    const before = JSON.stringify(first?.pattern.source)
    const advice = `${before} before it has all its names; declare it first, or leave it out`
    assertThat(first === undefined, pattern.source, advice)
    this.#patterns.push({ pattern, rule })
  }

  #search(name: string): ChannelRule | null {
    const literal = this.#literals.get(name)
    if (literal !== undefined) return literal
    return this.#patterns.find(({ pattern }) => pattern.match(name) !== null)?.rule ?? null
  }
}

/** A declaration with every default in its place. */
export interface ChannelRule {
  readonly pattern: string
  readonly schema: StandardSchema | null
  readonly subscribe: Right
  readonly publish: Right
  readonly history: HistoryBounds | null
  readonly delivery: DeliveryPolicy
  readonly conflateKey: string | null
  readonly slowGraceMs: number
  readonly windowMs: number
  readonly maxEvents: number
  readonly maxDelayMs: number
}

/** Stands for whatever a param may be, as no pattern has it. */
const anyPart = '~any~'

/** How many names are remembered with what was found for them. */
const maxFound = 10_000

const defaultHistoryBytes = 4 * 1024 * 1024
const defaultHistoryAgeMs = 5 * 60_000

function ruleOf(pattern: ChannelPattern, options: ChannelOptions): ChannelRule {
  const history = historyOf(pattern.source, options)
  const delivery = options.delivery ?? (history === null ? 'drop' : 'every')
  const rule: ChannelRule = {
    pattern: pattern.source,
    schema: options.schema ?? null,
    subscribe: subscribeRight(pattern, options),
    publish: publishRight(pattern, options),
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

function subscribeRight(
  pattern: ChannelPattern,
  { subscribe, canSubscribe }: ChannelOptions,
): Right {
  const access = subscribe ?? 'authenticated'
  return rightOf(pattern, { name: 'canSubscribe', access, can: canSubscribe })
}

// Who says which users may publish means that users may: a permission that is
// never asked would be a trap.
function publishRight(pattern: ChannelPattern, { publish, canPublish }: ChannelOptions): Right {
  const access = publish ?? (typeof canPublish === 'function' ? 'authenticated' : 'nobody')
  return rightOf(pattern, { name: 'canPublish', access, can: canPublish })
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
