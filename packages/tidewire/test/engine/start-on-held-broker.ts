import { HeldBroker } from './held-broker.ts'
import { type Engine, type EngineOptions, startEngine } from './start-engine.ts'

/** The engine on a broker that holds its answers back, or is cut off, when a test says so. */
export function startOnHeldBroker(
  options: Omit<EngineOptions, 'wrapBroker'> = {},
): Engine & { readonly held: HeldBroker } {
  let held: HeldBroker | undefined
  const engine = startEngine({
    ...options,
    wrapBroker(memory) {
      held = new HeldBroker(memory)
      return held
    },
  })
  if (held === undefined) throw new Error('the engine took no broker')
  return { ...engine, held }
}
