/**
 * A mistake the operator can put right: told in plain lines, without a stack,
 * and the process ends with exit code 1. Lines never hold a secret.
 */
export class CliError extends Error {
  /** One line for each thing that is wrong. */
  readonly lines: readonly string[]

  constructor(lines: string | readonly string[], options?: ErrorOptions) {
    const list = typeof lines === 'string' ? [lines] : lines
    super(list.join('\n'), options)
    this.name = 'CliError'
    this.lines = list
  }
}
