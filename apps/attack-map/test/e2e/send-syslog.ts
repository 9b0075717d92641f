/**
 * Devices that send syslog: over UDP, over TCP in both framings, and `logger`.
 */
import { execFile, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { isProvided } from '@tidewire/test-support/requirement'

const host = '127.0.0.1'
const loggerCommand = 'logger'

/** True when the machine has a `logger` that can send. */
export function hasLogger(): boolean {
  const isPresent = spawnSync(loggerCommand, ['--version']).status === 0
  return isProvided(isPresent, 'lines from logger(1): there is no such command')
}

/** Sends one line as a datagram. */
export async function sendUdp(port: number, line: string): Promise<void> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve, reject) => {
    socket.send(line, port, host, (error) => (error === null ? resolve() : reject(error)))
  })
  socket.close()
}

/** Sends lines over one TCP connection, each after its length (RFC 6587 3.4.1). */
export function sendCounted(port: number, lines: readonly string[]): Promise<void> {
  return sendTcp(port, lines.map((line) => `${Buffer.byteLength(line)} ${line}`).join(''))
}

/** Sends lines over one TCP connection, each with a line feed at its end (RFC 6587 3.4.2). */
export function sendLines(port: number, lines: readonly string[]): Promise<void> {
  return sendTcp(port, lines.map((line) => `${line}\n`).join(''))
}

/** Lets `logger` send a message of sshd, as the README shows it. */
export async function sendWithLogger(port: number, message: string): Promise<void> {
  const target = ['-n', host, '-P', String(port), '-d', '--rfc5424']
  await promisify(execFile)(loggerCommand, [...target, '-t', 'sshd', message])
}

async function sendTcp(port: number, text: string): Promise<void> {
  const socket = connect(port, host)
  socket.end(text)
  // Read to the end, or the connection never closes.
  socket.resume()
  await once(socket, 'close')
}
