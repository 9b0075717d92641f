/**
 * The one way into an application's own functions: whatever they throw, or
 * reject with, is handed on and never reaches the code that called.
 */
export function callGuarded<TValue>(
  handler: (value: TValue) => unknown,
  value: TValue,
  onThrow: (error: unknown) => void,
): void {
  try {
    const result = handler(value)
    if (result instanceof Promise) result.catch(onThrow)
  } catch (error) {
    onThrow(error)
  }
}

/** The handlers of one kind of event, each guarded from the others. */
export class Listeners<TValue> {
  readonly #handlers = new Set<(value: TValue) => void>()
  readonly #onThrow: (error: unknown) => void

  constructor(onThrow: (error: unknown) => void) {
    this.#onThrow = onThrow
  }

  /** Adds a handler; the answer takes it away again. */
  add(handler: (value: TValue) => void): () => void {
    // Wrapped, so that a function added twice is called, and taken away, twice.
    const entry = (value: TValue) => handler(value)
    this.#handlers.add(entry)
    return () => {
      this.#handlers.delete(entry)
    }
  }

  /** Tells all of them; false when there was none. */
  emit(value: TValue): boolean {
    const handlers = [...this.#handlers]
    for (const handler of handlers) callGuarded(handler, value, this.#onThrow)
    return handlers.length > 0
  }
}
