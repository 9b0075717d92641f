import { text } from 'node:stream/consumers'
import { CliError } from '../cli-error.ts'
import type { Command } from '../command.ts'
import { hashPassword } from '../password-hash.ts'

/** `tidewire password`: from stdin, as arguments are for everybody to read. */
export const passwordCommand: Command = {
  name: 'password',
  about: 'hashes a password from stdin for auth.basic.users',
  words: [],
  options: {},
  async run(_asked, { print, complain }) {
    if (process.stdin.isTTY) complain('tidewire: type the password, Enter, Ctrl-D; it is shown')
    const password = (await text(process.stdin)).replace(/\r?\n$/, '')
    if (password === '') throw new CliError('expected a password on stdin, got none')
    print(await hashPassword(password))
  },
}
