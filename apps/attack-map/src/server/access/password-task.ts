/** What a server thread asks of the thread that hashes. */
export interface PasswordTask {
  readonly id: number
  readonly password: string
  /** The hash to check against; null to make a new one. */
  readonly hash: string | null
}

/** What it answers, under the id of the task. */
export type PasswordAnswer =
  | { readonly id: number; readonly hash: string }
  | { readonly id: number; readonly matches: boolean }
  | { readonly id: number; readonly fault: string }
