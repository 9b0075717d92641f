import { expect, it } from 'vitest'
import type { AuditAction } from '../../shared/access.ts'
import { auditWords } from './audit-words.ts'

const entry = { at: 0, who: 'ada', from: null }

it('tells what was done, and to whom', () => {
  expect(auditWords({ ...entry, what: 'sign-in', target: null })).toBe('Signed in')
  expect(auditWords({ ...entry, what: 'user-removed', target: 'bob' })).toBe('User removed: bob')
})

it('tells an action of a later version by its own name', () => {
  // What a file holds is no promise of the compiler's.
  const what = 'user-renamed' as AuditAction
  expect(auditWords({ ...entry, what, target: null })).toBe('user-renamed')
})
