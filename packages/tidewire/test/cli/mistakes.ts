import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { CliError } from '../../src/cli/cli-error.ts'
import { readConfig } from '../../src/cli/config/read-config.ts'

/**
 * What operators get wrong, as they do: each mistake is one line that says where
 * it is and what to change, and shows no secret.
 */
export class Mistakes {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'tidewire-mistakes-'))

  /** Where a file of this name is. */
  fileOf(name: string): string {
    return join(this.folder, name)
  }

  /** Makes the files that configs name: secrets, keys and a certificate. */
  makeFiles(): void {
    const openssl = (command: string) =>
      execFileSync('openssl', command.split(' '), { cwd: this.folder })
    const curve = '-algorithm EC -pkeyopt ec_paramgen_curve:P-256'
    openssl(`genpkey ${curve} -out key.pem`)
    openssl(`genpkey ${curve} -out other.pem`)
    openssl(`pkey -in key.pem -aes128 -passout pass:${secret} -out locked.pem`)
    openssl('pkey -in key.pem -pubout -out public.pem')
    openssl('req -x509 -key key.pem -out cert.pem -subj /CN=localhost -days 2')
    writeFileSync(this.fileOf('jwt.secret'), `${secret}\n`)
    writeFileSync(this.fileOf('short.secret'), 'hunter2\n')
    writeFileSync(this.fileOf('known.secret'), 'your-256-bit-secret\n')
    writeFileSync(this.fileOf('empty'), '')
    mkdirSync(this.fileOf('directory'))
  }

  /** Takes all of it away. */
  remove(): void {
    rmSync(this.folder, { recursive: true })
  }

  /** Fails unless a config has exactly this problem, told with its file. */
  async expectOne(config: unknown, problem: string | RegExp): Promise<void> {
    const lines = await this.problemsOf('c.json', JSON.stringify(config))
    expect(lines).toHaveLength(1)
    const [place, rest] = (lines[0] ?? '').split(`${this.fileOf('c.json')}: `)
    expect(place).toBe('')
    if (typeof problem === 'string') expect(rest).toBe(problem)
    else expect(rest).toMatch(problem)
  }

  /** What is wrong with a config file, line by line; nothing when all is right. */
  problemsOf(name: string, content: string): Promise<readonly string[]> {
    const config = this.fileOf(name)
    writeFileSync(config, content)
    return linesOf({}, { config })
  }
}

/** What is in every file that has a secret, and in no line. */
export const secret = 'hunter2-hunter2-hunter2-hunter2-hunter2'

/** What is wrong with variables and flags, line by line; nothing when all is right. */
export async function linesOf(
  environment: Readonly<Record<string, string>>,
  flags: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  try {
    await readConfig({ environment, flags: new Map(Object.entries(flags)) })
    return []
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    expect(error.message).not.toContain('hunter2')
    return error.lines
  }
}
