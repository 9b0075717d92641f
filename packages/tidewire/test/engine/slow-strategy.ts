import type { AuthOutcome, TokenStrategy } from '../../src/core/ports/auth.ts'

/** Answers tokens when the test says so. */
export class SlowStrategy implements TokenStrategy {
  readonly name = 'slow'
  readonly asked: string[] = []
  readonly #answers: ((outcome: AuthOutcome) => void)[] = []

  verifyToken(token: string): Promise<AuthOutcome> {
    this.asked.push(token)
    return new Promise((resolve) => this.#answers.push(resolve))
  }

  accept(userId: string): void {
    this.#answers.shift()?.({ kind: 'accepted', identity: { userId } })
  }

  refuse(): void {
    this.#answers.shift()?.({ kind: 'refused' })
  }
}
