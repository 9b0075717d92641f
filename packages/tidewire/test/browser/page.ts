import {
  type Client,
  type ClientState,
  connect,
  type HttpFallbackOptions,
  httpFallback,
} from '../../src/client/index.ts'

/**
 * The program of a page under test: connects as an application would, follows a
 * channel and keeps what it hears, for a test to ask about from outside.
 */
const options: PageOptions = JSON.parse(decodeURIComponent(location.hash.slice(1)))

const client: Client = connect('/ws', {
  dial: httpFallback({ ...options.fallback, storage: sessionStorage }),
  minDelayMs: 50,
  maxDelayMs: 200,
})
const heard: Heard = {
  states: [client.state.kind],
  user: undefined,
  isFollowing: false,
  payloads: [],
  gaps: 0,
}

client.on('state', (state) => {
  heard.states.push(state.kind)
  if (state.kind === 'online') heard.user = state.userId
})
const subscription = client
  .channel('log:a')
  .subscribe(({ payload }) => heard.payloads.push(payload), {
    onGap() {
      heard.gaps += 1
    },
  })

subscription.ready.then(
  () => {
    heard.isFollowing = true
  },
  (cause: unknown) => reportError(cause),
)

const underTest: PageUnderTest = { client, heard }
Object.assign(globalThis, { underTest })

/** What a test tells the page, in the fragment of its address. */
export interface PageOptions {
  readonly fallback: Omit<HttpFallbackOptions, 'storage' | 'webSocket' | 'post'>
}

/** What a test finds in the page. */
export interface PageUnderTest {
  readonly client: Client
  readonly heard: Heard
}

/** What the page has heard so far. */
export interface Heard {
  /** One after the other, the first included. */
  readonly states: ClientState['kind'][]
  /** Who the server says that it is; undefined before it was online. */
  user: string | null | undefined
  /** Whether its subscription has begun. */
  isFollowing: boolean
  readonly payloads: unknown[]
  gaps: number
}
