/** Lets the event loop turn until something holds; fails after a bound that tests that pass never come near. */
export async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + patienceMs
  while (!holds()) {
    if (Date.now() > end) throw new Error('what was waited for did not happen')
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const patienceMs = 30_000
