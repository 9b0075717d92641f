import type { Permission, PermissionRequest } from '../../src/core/channel/permission.ts'

/** A permission that answers when a test says so, and what it says. */
export class HeldPermission {
  /** What was asked so far. */
  readonly asked: PermissionRequest[] = []
  readonly #answers: Answer[] = []

  readonly can: Permission = (request) => {
    this.asked.push(request)
    return new Promise((resolve, reject) => {
      this.#answers.push({ resolve, reject })
    })
  }

  /** Answers the oldest question that is open. */
  answer(isAllowed: boolean): void {
    this.#take().resolve(isAllowed)
  }

  /** Fails the oldest question that is open. */
  fail(cause: Error): void {
    this.#take().reject(cause)
  }

  #take(): Answer {
    const answer = this.#answers.shift()
    if (answer === undefined) throw new Error('nobody has asked')
    return answer
  }
}

interface Answer {
  resolve(isAllowed: boolean): void
  reject(cause: Error): void
}
