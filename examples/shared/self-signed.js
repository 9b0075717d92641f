import { execFileSync } from 'node:child_process'

/**
 * A certificate for this machine that lasts a day, made by openssl at every
 * start: browsers ask once whether to trust it.
 */
export function selfSigned() {
  const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost']
  const files = ['-keyout', '-', '-out', '-']
  // Both in one text: Node takes its part of it for each.
  const pem = execFileSync(
    'openssl',
    ['req', '-x509', '-days', '1', ...options, ...names, ...files],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )
  return { key: pem, cert: pem }
}
