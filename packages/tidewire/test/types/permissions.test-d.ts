import { expectTypeOf } from 'vitest'
import { connect } from '../../src/client/index.ts'
import {
  type Access,
  type ChannelAccess,
  createTidewire,
  type Identity,
  method,
  type Permission,
  type PermissionRequest,
} from '../../src/node/index.ts'

// Never run: compiling is the test.
const isEditor: Permission = ({ user }) => user?.claims?.['role'] === 'editor'

const tide = createTidewire({
  channels: {
    'chat:{room}': {
      subscribe: 'anyone',
      canSubscribe: ({ user, params, channel, connection }) => {
        expectTypeOf(user).toEqualTypeOf<Identity | null>()
        expectTypeOf(params['room']).toEqualTypeOf<string | undefined>()
        expectTypeOf(channel).toBeString()
        expectTypeOf(connection).toEqualTypeOf<{
          readonly connectionId: string
          readonly remoteAddress: string
        }>()
        return true
      },
      canPublish: async () => true,
    },
    'inbox:{userId}': { subscribe: 'owner', publish: 'owner' },
    'edited:{page}': { canPublish: isEditor },
    'pinned:{page}': { publish: 'authenticated', canPublish: isEditor },
    'read:{page}': { canSubscribe: isEditor },
    'shut:{page}': { publish: 'nobody', canSubscribe: isEditor },
    'plain:{page}': { publish: undefined },
    'asked:{page}': { publish: undefined, canPublish: isEditor },
  },
  methods: {
    whoAmI: method({
      handle: (_input, caller) => {
        expectTypeOf(caller.user).toEqualTypeOf<Identity | null>()
        return caller.user?.userId ?? null
      },
    }),
    // @ts-expect-error: a method is nobody's own
    mine: method({ access: 'owner', handle: () => 1 }),
  },
})

const client = connect<typeof tide>('wss://example.com/ws')
expectTypeOf(client.channel('chat:a')).toHaveProperty('publish')
expectTypeOf(client.channel('inbox:ada')).toHaveProperty('publish')
expectTypeOf(client.channel('edited:1')).toHaveProperty('publish')
expectTypeOf(client.channel('pinned:1')).toHaveProperty('publish')
expectTypeOf(client.channel('asked:1')).toHaveProperty('publish')
expectTypeOf(client.channel('read:1')).not.toHaveProperty('publish')
expectTypeOf(client.channel('shut:1')).not.toHaveProperty('publish')
expectTypeOf(client.channel('plain:1')).not.toHaveProperty('publish')

expectTypeOf<Access>().toExtend<ChannelAccess>()
expectTypeOf<PermissionRequest['params']>().toEqualTypeOf<Readonly<Record<string, string>>>()

createTidewire({
  channels: {
    // @ts-expect-error: there is no such access
    a: { subscribe: 'everybody' },
    // @ts-expect-error: a permission answers true or false
    b: { canSubscribe: () => 'yes' },
    // @ts-expect-error: a permission answers true or false, also later
    c: { canPublish: async () => undefined },
    // @ts-expect-error: a permission is a function
    d: { canPublish: true },
  },
})
