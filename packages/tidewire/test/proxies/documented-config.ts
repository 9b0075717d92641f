import { readFileSync } from 'node:fs'

const guide = new URL('../../../../docs/guide/deploy.md', import.meta.url)

/**
 * A configuration as the guide prints it, with its addresses and times replaced:
 * what is tested is what users copy.
 *
 * @throws Error when the guide has no such block, or the block lacks what is to
 *   be replaced.
 */
export function documentedConfig(language: string, changes: readonly Change[]): string {
  const text = readFileSync(guide, 'utf8')
  const block = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(text)?.[1]
  if (block === undefined) throw new Error(`the guide has no block of ${language}`)
  return changes.reduce(replaceOne, block)
}

/** What to look for, and what stands there instead. */
export type Change = readonly [found: string, instead: string]

function replaceOne(config: string, [found, instead]: Change): string {
  if (!config.includes(found)) throw new Error(`the guide's configuration lacks "${found}"`)
  return config.replaceAll(found, instead)
}
