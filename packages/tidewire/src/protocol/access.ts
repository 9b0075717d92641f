/**
 * Who may do something: `anyone`, also without a credential · `authenticated`,
 * any known user · `nobody`, only the server itself.
 */
export type Access = 'anyone' | 'authenticated' | 'nobody'

/**
 * Who may do something on a channel: in addition the `owner`, the user whose id
 * is the `{userId}` in its name. The two are compared as they are: a user whose
 * id has characters that no param has (`:`, `/`, or those no channel name has)
 * owns no channel. Give such users an id for the wire, base64url of the real
 * one for example, where their identity is made.
 */
export type ChannelAccess = Access | 'owner'
