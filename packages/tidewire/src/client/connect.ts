import type { DeclaresChannels } from '../protocol/channel-types.ts'
import { onAbort } from './abort.ts'
import type { ClientOf } from './client.ts'
import { type ClientOptions, settingsFrom } from './client-options.ts'
import { endpointUrl } from './endpoint-url.ts'
import type { Environment } from './environment.ts'
import { TidewireClient } from './tidewire-client.ts'

/** Makes a client in an environment; the entry files say in which. */
export function connectIn<TDeclares extends DeclaresChannels>(
  environment: Environment,
  url: string,
  options: ClientOptions,
): ClientOf<TDeclares> {
  const settings = settingsFrom(options, environment)
  const client = new TidewireClient(endpointUrl(url, environment.origin), settings)
  onAbort(options.signal, () => client.dispose())
  // Contracts exist at the type level only: at run time every channel can do
  // everything, and the server refuses what its rules forbid.
  return client as unknown as ClientOf<TDeclares>
}
