import { answerCommands } from '../harness/commands.ts'
import { programPath } from '../harness/programs.ts'
import { startExternal } from './external.ts'
import type { Listening, ListenOptions } from './serve.ts'

/** A Redis for one run, that keeps nothing on disk and ends with the runner. */
const commands: RedisCommands = {
  listen: ({ core }) =>
    startExternal({
      core,
      config: ({ port, folder }) =>
        `bind 127.0.0.1\nport ${port}\ndir ${folder}\nsave ""\nappendonly no\n`,
      commandLine: (path) => [programPath('redis-server'), path],
    }),
}

answerCommands(commands)

/** What the process around Redis does for the runner. */
export type RedisCommands = {
  readonly listen: (options: ListenOptions) => Promise<Listening>
}
