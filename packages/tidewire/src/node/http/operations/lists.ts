import type { Hub } from '../../../core/hub.ts'
import type { Page } from '../../../core/page.ts'
import { type Answer, success } from '../answer.ts'
import { numberFrom } from '../query.ts'
import type { Call, Operation } from '../route.ts'

/** P-072: the channels that are read on this node, those the key may read. */
export function listChannels(hub: Hub): Operation {
  return paged((page, { caller }) => {
    const names = hub.channelPage(page).map(({ name, rule, readers, position }) => ({
      channel: name,
      pattern: rule.pattern,
      readers,
      position,
    }))
    const channels = names.filter(({ channel }) => caller.grant?.allows('read', channel))
    return { channels, next: nextOf(names, page, ({ channel }) => channel) }
  })
}

/** P-072: the connections of this node. */
export function listConnections(hub: Hub): Operation {
  return paged((page) => {
    const connections = hub.connectionPage(page).map((connection) => ({
      connectionId: connection.connectionId,
      userId: connection.identity?.userId ?? null,
      transport: connection.transport,
      remoteAddress: connection.remoteAddress,
      channels: connection.subscriptions.all().map(({ channel }) => channel.name),
    }))
    return { connections, next: nextOf(connections, page, ({ connectionId }) => connectionId) }
  })
}

const maxPage = 1_000

function paged(list: (page: Page, call: Call) => unknown): Operation {
  return (call): Answer => {
    const limit = numberFrom(call.query, 'limit', { min: 1, max: maxPage, otherwise: 100 })
    if (!limit.ok) return limit.answer
    return success(list({ after: call.query.get('after') ?? '', limit: limit.value }, call))
  }
}

/** What to ask with next: null on the last page. */
function nextOf<TItem>(
  items: readonly TItem[],
  { limit }: Page,
  nameOf: (item: TItem) => string,
): string | null {
  const last = items.at(-1)
  return last === undefined || items.length < limit ? null : nameOf(last)
}
