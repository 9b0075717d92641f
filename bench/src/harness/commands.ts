/**
 * How two processes of the bench talk: named commands with one argument and one
 * answer, over Node's own channel between parent and child.
 */

/** The commands a child answers, by name. Declared as a type alias per kind of child. */
export type Commands = Readonly<Record<string, (argument: never) => unknown>>

/** What a command takes. */
export type ArgumentOf<TCommands extends Commands, TName extends keyof TCommands> = Parameters<
  TCommands[TName]
>[0]

/** What a command answers with, in the end. */
export type AnswerOf<TCommands extends Commands, TName extends keyof TCommands> = Awaited<
  ReturnType<TCommands[TName]>
>

/** A command on its way to a child. */
interface CommandMessage {
  readonly id: number
  readonly name: string
  readonly argument: unknown
}

/** Its answer, or why there is none. */
export type AnswerMessage =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly failure: string }

/** Answers a parent's commands until it lets go, then ends the process. */
export function answerCommands(commands: Commands): void {
  process.on('message', (message) => {
    // Only `Child` writes to this channel, from the same build.
    const { id, name, argument } = message as CommandMessage
    handle(commands, name, argument).then(
      (answer) => reply({ id, answer }),
      (cause) => reply({ id, failure: cause instanceof Error ? `${cause.stack}` : `${cause}` }),
    )
  })
  process.once('disconnect', () => process.exit(0))
}

async function handle(commands: Commands, name: string, argument: unknown): Promise<unknown> {
  const command = commands[name]
  if (command === undefined) throw new Error(`no command ${name}`)
  // `Child.ask` has checked the argument against the command's type.
  return command(argument as never)
}

function reply(message: AnswerMessage): void {
  process.send?.(message)
}
