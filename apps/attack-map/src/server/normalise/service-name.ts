/**
 * What to call the service behind a port.
 */

const wellKnown: ReadonlyMap<number, string> = new Map([
  [20, 'ftp'],
  [21, 'ftp'],
  [22, 'ssh'],
  [23, 'telnet'],
  [25, 'smtp'],
  [53, 'dns'],
  [69, 'tftp'],
  [80, 'http'],
  [110, 'pop3'],
  [111, 'rpcbind'],
  [123, 'ntp'],
  [137, 'netbios'],
  [138, 'netbios'],
  [139, 'netbios'],
  [143, 'imap'],
  [161, 'snmp'],
  [389, 'ldap'],
  [443, 'https'],
  [445, 'smb'],
  [465, 'smtp'],
  [502, 'modbus'],
  [587, 'smtp'],
  [631, 'ipp'],
  [636, 'ldap'],
  [993, 'imap'],
  [995, 'pop3'],
  [1433, 'mssql'],
  [1521, 'oracle'],
  [1723, 'pptp'],
  [1883, 'mqtt'],
  [1900, 'ssdp'],
  [2323, 'telnet'],
  [2375, 'docker'],
  [3306, 'mysql'],
  [3389, 'rdp'],
  [5060, 'sip'],
  [5432, 'postgresql'],
  [5900, 'vnc'],
  [5985, 'winrm'],
  [6379, 'redis'],
  [8080, 'http'],
  [8443, 'https'],
  [9200, 'elasticsearch'],
  [11211, 'memcached'],
  [27017, 'mongodb'],
])

/** `ssh`, or `tcp/8088` for a port without a name, or the bare protocol; null for neither. */
export function serviceName(protocol: string, port: number | null): string | null {
  if (port === null) return protocol === '' ? null : protocol.toLowerCase()
  return wellKnown.get(port) ?? `${protocol.toLowerCase()}/${port}`
}
