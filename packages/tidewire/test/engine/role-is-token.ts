import type { TokenStrategy } from '../../src/core/ports/auth.ts'

/** Takes `ada/editor` for Ada with the role of an editor, and `ada` for Ada without any. */
export const roleIsToken: TokenStrategy = {
  name: 'role',
  verifyToken(token) {
    const [userId = '', role] = token.split('/')
    const identity = role === undefined ? { userId } : { userId, claims: { role } }
    return { kind: 'accepted', identity }
  },
}
