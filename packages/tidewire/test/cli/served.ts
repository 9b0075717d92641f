import { type CliProcess, startCliWith } from './cli-process.ts'
import { type ConfigFolder, configFolder } from './config-folder.ts'

/** Serves a config, with files that it names, by the built program on a port of its own; gone with the test that declares it. */
export async function startServed(
  config: Readonly<Record<string, unknown>>,
  files: Readonly<Record<string, string>> = {},
): Promise<Served> {
  const folder = await configFolder()
  for (const [name, content] of Object.entries(files)) await folder.write(name, content)
  await folder.write('jwt.secret', `${secret}\n`)
  const file = await folder.write('tidewire.json', JSON.stringify(config))
  const cli = startCliWith({}, 'serve', '--config', file, '--port', '0')
  const url = /^listening on (https?:\/\/\S+)$/.exec(await cli.nextLine())?.[1] ?? ''
  return {
    cli,
    folder,
    url,
    secretFile: `${folder.path}/jwt.secret`,
    async [Symbol.asyncDispose]() {
      await cli[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

export interface Served extends AsyncDisposable {
  readonly cli: CliProcess
  readonly folder: ConfigFolder
  readonly url: string
  /** Holds the secret that a config can name as `jwt.secret`. */
  readonly secretFile: string
}

const secret = 'k8Vd0m3RqYwZ5uTn1sXc7bLe2pGa9hJf'
