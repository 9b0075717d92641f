import { unitAt } from './unit-at.ts'

/**
 * Lengths on the wire are bytes of UTF-8, not UTF-16 units.
 */

/** How many bytes a text takes in UTF-8. A lone surrogate counts as the 3 bytes of U+FFFD. */
export function utf8Length(text: string): number {
  const { length } = text
  let bytes = length
  for (let index = 0; index < length; index += 1) {
    const unit = unitAt(text, index)
    if (unit < 0x80) continue
    if (unit < 0x800) bytes += 1
    else if (isHighSurrogate(unit) && isLowSurrogate(unitAt(text, index + 1))) {
      // A pair is two units and four bytes.
      bytes += 2
      index += 1
    } else bytes += 2
  }
  return bytes
}

/** The longest prefix of whole characters that fits into `maxBytes` of UTF-8. */
export function truncateUtf8(text: string, maxBytes: number): string {
  let bytes = 0
  let end = 0
  for (const character of text) {
    bytes += utf8Length(character)
    if (bytes > maxBytes) break
    end += character.length
  }
  return text.slice(0, end)
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}
