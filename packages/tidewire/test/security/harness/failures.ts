/** What an application keeps to itself: no client may ever read it. */
export const theCause = 'the cause, with postgres://root:hunter2@db'

/** Ways to fail that JavaScript has; the last leaves the caller waiting. */
export const failures = {
  throws() {
    throw new Error(theCause)
  },
  'throws no Error': () => {
    throw null
  },
  rejects: () => Promise.reject(new Error(theCause)),
  'rejects with nothing': () => Promise.reject(undefined),
  'never settles': () => new Promise<never>(() => undefined),
} satisfies Record<string, () => unknown>
