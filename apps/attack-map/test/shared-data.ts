/**
 * The shared test data: a folder beside the repository, not part of it.
 *
 * `TIDEWIRE_SHARED_DATA` points elsewhere. Without it the tests that need it
 * are skipped with a printed reason; in CI they fail instead.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isProvided } from '@tidewire/test-support/requirement'
import { describe, it } from 'vitest'

const folder =
  process.env['TIDEWIRE_SHARED_DATA'] ??
  fileURLToPath(new URL('../../../../shared/data/', import.meta.url))

const isPresent = existsSync(folder)

/** The path of a shared file. */
export function sharedPath(name: string): string {
  return join(folder, name)
}

/** The bytes of a shared file. */
export function readShared(name: string): Buffer {
  return readFileSync(sharedPath(name))
}

/** The text of a shared file. */
export function readSharedText(name: string): string {
  return readShared(name).toString('utf8')
}

/** A `describe` that may read shared data; without the data it is not run at all. */
export function describeWithSharedData(name: string, tests: () => void): void {
  const reason = `needs the shared test data, and ${folder} does not exist`
  if (isProvided(isPresent, `${name} ${reason}`)) {
    describe(name, tests)
    return
  }
  describe.skip(name, () => {
    it(reason, () => {})
  })
}
