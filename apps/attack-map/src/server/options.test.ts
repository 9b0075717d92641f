import { describe, expect, it } from 'vitest'
import { parseOptions } from './options.ts'
import { StartupError } from './startup-error.ts'

function read(line: string) {
  return parseOptions(line.split(' ').filter(Boolean))
}

describe('options', () => {
  it('have defaults', () => {
    expect(read('')).toEqual({
      port: 8080,
      syslogUdpPort: 5514,
      syslogTcpPort: 5514,
      host: '127.0.0.1',
      geoFile: null,
      dataFolder: 'attack-map-data',
      trustProxy: [],
      demo: true,
    })
  })

  it('are read', () => {
    expect(
      read(
        '--port 0 --syslog-udp 1 --syslog-tcp=65535 --host :: --geo a.mmdb --data /var/map --trust-proxy 10.0.0.0/8,loopback,::1 --demo',
      ),
    ).toEqual({
      port: 0,
      syslogUdpPort: 1,
      syslogTcpPort: 65_535,
      host: '::',
      geoFile: 'a.mmdb',
      dataFolder: '/var/map',
      trustProxy: ['10.0.0.0/8', 'loopback', '::1'],
      demo: true,
    })
  })

  it.each([
    ['', true],
    ['--port 9000 --host 0.0.0.0', true],
    ['--no-demo', false],
    ['--syslog-udp 514', false],
    ['--syslog-tcp 514', false],
    ['--geo a.mmdb', false],
    ['--geo a.mmdb --syslog-udp 514 --demo', true],
  ])('%j: generated traffic is %s', (line, demo) => {
    expect(read(line)).toMatchObject({ demo })
  })

  it('ask for help', () => {
    expect(read('--help --port x')).toBe('help')
  })

  it.each([
    ['--port 65536', '--port 65536: not a port'],
    ['--port -1', '--port'],
    ['--port x', '--port x: not a port'],
    ['--port 80.5', '--port 80.5: not a port'],
    ['--port=', '--port : not a port'],
    ['--syslog-udp 0x50', '--syslog-udp 0x50: not a port'],
    ['--syslog-tcp 999999', '--syslog-tcp 999999: not a port'],
    ['--port', '--port'],
    ['--host=', '--host: empty'],
    ['--geo=', '--geo: empty'],
    ['--data=', '--data: empty'],
    ['--trust-proxy 10.0.0.0/33', '--trust-proxy 10.0.0.0/33: not an address'],
    ['--trust-proxy ::1,proxy.example', '--trust-proxy proxy.example: not an address'],
    ['--trust-proxy ::1,', '--trust-proxy : not an address'],
    ['--demo --no-demo', '--demo and --no-demo exclude each other'],
    ['--prot 80', "'--prot'"],
    ['8080', "'8080'"],
  ])('%j is refused with one line that names it', (line, message) => {
    expect(() => read(line)).toThrow(StartupError)
    expect(() => read(line)).toThrow(message)
    expect(() => read(line)).not.toThrow('\n')
  })
})
