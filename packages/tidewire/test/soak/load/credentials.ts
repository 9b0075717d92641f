import { SignJWT } from 'jose'
import type { SeededRandom } from 'tidewire/testing'
import { jwtSecret } from '../server/application.ts'

/** Ways to say who one is, each of which the server under load takes. */
export async function credentialOf(userId: string, random: SeededRandom): Promise<Credential> {
  switch (random.integer(0, 4)) {
    case 0:
      return { headers: { Authorization: `Bearer ${await jwtOf(userId)}` }, protocols: [] }
    case 1:
      return { headers: { Authorization: `Basic ${btoa(`user:${userId}`)}` }, protocols: [] }
    case 2:
      return { headers: { Cookie: `connect.sid=s%3Auser ${userId}` }, protocols: [] }
    case 3:
      return {
        headers: {},
        protocols: ['tidewire.v1.json', `bearer.${await jwtOf(userId)}`],
      }
    default:
      return { headers: {}, protocols: [] }
  }
}

export interface Credential {
  readonly headers: Readonly<Record<string, string>>
  readonly protocols: readonly string[]
}

/** A token for a user, for as long as it says. */
export function jwtOf(userId: string, seconds = 45): Promise<string> {
  const token = new SignJWT({ sub: userId }).setProtectedHeader({ alg: 'HS256' })
  return token.setExpirationTime(`${seconds} s`).sign(Buffer.from(jwtSecret))
}

/** Credentials that are wrong, each in another way. */
export const wrongHeaders: readonly Readonly<Record<string, string>>[] = [
  { Authorization: 'Bearer nothing' },
  { Authorization: 'Bearer past ada' },
  { Authorization: `Basic ${btoa('wrong:password')}` },
  { Authorization: 'Basic %%%' },
  { Cookie: 'connect.sid=s%3Anobody' },
  { Authorization: 'Bearer twk_soak_wrong' },
  { Origin: 'https://elsewhere.example' },
]
