/**
 * The thread of `Argon2Thread`: makes one hash after the other.
 */
import { parentPort } from 'node:worker_threads'
import { argon2 } from './argon2.ts'
import type { PasswordAnswer, PasswordTask } from './password-task.ts'

parentPort?.on('message', (task: PasswordTask) => {
  answer(task).then(
    (result) => parentPort?.postMessage(result),
    (error: unknown) => parentPort?.postMessage({ id: task.id, fault: String(error) }),
  )
})

async function answer(task: PasswordTask): Promise<PasswordAnswer> {
  const { id, password } = task
  if (task.hash === null) return { id, hash: await argon2.hash(password) }
  return { id, matches: await argon2.verify(password, task.hash) }
}
