import type { Mutant } from './mutant.ts'

/**
 * Bugs the simulation must find; each is one somebody could make.
 */
export const mutants: readonly Mutant[] = [
  {
    name: 'a node that has not heard of a new epoch takes its readers for those of the old one',
    file: 'core/channel/channel.ts',
    line: 'return (position?.epoch ?? null) === this.#epoch',
    becomes: 'return position !== undefined',
    seed: 40,
  },
  {
    name: 'the epoch of an event is not looked at',
    file: 'core/channel/feed.ts',
    line: 'return position.epoch === top.epoch && position.offset <= top.offset',
    becomes: 'return position.offset <= top.offset',
    seed: 94,
  },
  {
    name: 'a hole in the deliveries of the broker is not refilled',
    file: 'core/channel/feed.ts',
    line: 'else if (!isKnown(event.position, state.top)) this.#refill(state.top)',
    becomes: 'else this.#pass(event, event.position)',
  },
  {
    name: 'positions of quiet channels are never checked',
    file: 'core/channel/feed.ts',
    line: "if (this.#options.history === null || this.#state.kind === 'detached') return",
    becomes: 'return',
  },
  {
    name: 'trimming loses one entry',
    file: 'core/channel/log.ts',
    line: 'return this.#top - this.#kept',
    becomes: 'return this.#top - this.#kept - 1',
  },
  {
    name: 'a flush begins one entry too late',
    file: 'core/channel/log.ts',
    line: 'return this.#entries.slice(this.#front + sequence - this.floor)',
    becomes: 'return this.#entries.slice(this.#front + sequence - this.floor + 1)',
  },
  {
    name: 'reading history begins one event too late',
    file: 'brokers/memory/stream.ts',
    line: 'const first = this.#front + Math.max(0, after - this.#trimmedOffset)',
    becomes: 'const first = this.#front + Math.max(0, after + 1 - this.#trimmedOffset)',
  },
  {
    name: 'keys of publishes are ignored',
    file: 'brokers/memory.ts',
    line: 'const first = key === undefined ? null : this.#dedupeKeys.find(channel, key, now)',
    becomes: 'const first = null',
  },
  {
    name: 'a gap is counted and not told',
    file: 'core/channel/subscription.ts',
    line: "this.reader.send({ type: 'gap', channel: this.channel.name, from, to, missed, reason })",
    becomes: '',
  },
  {
    name: 'an event that does not follow its predecessor does not say so',
    file: 'core/channel/frames.ts',
    line: 'return this.#codec.withPredecessor(entry.data, previous)',
    becomes: 'return entry.data',
  },
  {
    name: 'a flush leaves out the readers that are apart',
    file: 'core/channel/channel.ts',
    line: 'this.#members.serveApart()\n}\n\n/** Events may have been lost on their way to this node: looks for them in history. */',
    becomes: '}',
  },
  {
    name: 'readers are not served when their connection drains',
    file: 'core/connection/connection.ts',
    line: 'this.subscriptions.catchUp()',
    becomes: '',
  },
  {
    name: 'of several values of a flush the first arrives',
    file: 'core/channel/newest-values.ts',
    line: 'return entries.filter((entry) => newest.get(entry.key) === entry)',
    becomes: 'return entries.filter((entry) => newest.get(entry.key) !== entry)',
  },
  {
    name: 'a channel nobody reads stays subscribed',
    file: 'core/channel/feed.ts',
    line: 'this.#options.broker.unsubscribe(this.#options.channel)',
    becomes: '',
  },
  {
    name: 'echo: false is forgotten',
    file: 'core/connection/commands/publish.ts',
    line: 'exceptLinkId: echo === false ? caller.linkId : undefined,',
    becomes: 'exceptLinkId: undefined,',
  },
  {
    name: 'the client resumes from where it began',
    file: 'client/feed.ts',
    line: 'this.#position = { epoch: this.#position.epoch, offset }',
    becomes: '',
  },
  {
    name: 'the client resumes from nowhere',
    file: 'client/feed.ts',
    line: 'since: since ?? undefined,',
    becomes: '',
  },
  {
    name: 'the client ignores recovered: false',
    file: 'client/feed.ts',
    line: 'const isRecovered = reply.recovered === true && this.#position?.epoch === since?.epoch',
    becomes: 'const isRecovered = since !== null',
  },
  {
    name: 'a client that changes servers is told to have lost what it has',
    file: 'client/feed.ts',
    line: 'if (!isRecovered && this.#position !== since) return this.#askAgain()',
    becomes: '',
    seed: 62,
  },
  {
    name: 'a client that changes servers takes events of both',
    file: 'client/tidewire-client.ts',
    line: 'if (feed?.source === session) feed.take(frame)',
    becomes: 'feed?.take(frame)',
    seed: 202,
  },
  {
    name: 'a client that changes servers forgets what the old one has not answered',
    file: 'client/tidewire-client.ts',
    line: 'this.#requests.lose(session)',
    becomes: '',
    seed: 81,
  },
  {
    name: 'the client does not notice a link that died without a word',
    file: 'client/heartbeat.ts',
    line: 'if (this.#hasAsked) return this.#onDead()',
    becomes: 'if (this.#hasAsked) return',
  },
  {
    name: 'a lost log is noted and nobody is told',
    file: 'core/channel/feed.ts',
    line: 'return this.#options.onLoss(position)',
    becomes: 'return',
  },
  {
    name: 'readers in step do not look what became of them when the log is lost',
    file: 'core/channel/channel.ts',
    line: 'this.#members.stepOutAll(after)',
    becomes: '',
  },
  {
    name: 'what is corked is taken for what a reader does not read',
    file: 'core/connection/connection.ts',
    line: 'if (this.#isCorked && this.#link.isCongested) this.uncork()',
    becomes: '',
  },
  {
    name: 'the log of a node is never trimmed',
    file: 'core/channel/log.ts',
    line: 'this.#flushed = this.#top\nthis.trim(now)',
    becomes: 'this.#flushed = this.#top',
  },
  {
    name: 'a connection that ended is remembered',
    file: 'core/hub.ts',
    line: 'this.#connections.delete(connectionId)',
    becomes: '',
  },
]
