/**
 * The bytes of one syslog line to text.
 *
 * Never fails: bytes that are not UTF-8 become U+FFFD, so the rest of the line
 * can still be read.
 */

/** The longest line that is read, in bytes; longer ones are dropped and counted. */
export const maxLineBytes = 8192

const byteOrderMark = 0xfeff
const nul = 0x00
const lineFeed = 0x0a
const carriageReturn = 0x0d

/** The line without its byte order mark and its terminator; NUL inside becomes a space. */
export function decodeLine(bytes: Buffer): string {
  const text = bytes.toString('utf8', 0, endOfContent(bytes))
  const content = text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text
  return content.includes('\0') ? content.replaceAll('\0', ' ') : content
}

/** Where the terminators begin that some senders put at the end, of any kind and number. */
function endOfContent(bytes: Buffer): number {
  let end = bytes.length
  while (end > 0 && isTerminator(bytes[end - 1])) end--
  return end
}

function isTerminator(byte: number | undefined): boolean {
  return byte === nul || byte === lineFeed || byte === carriageReturn
}
