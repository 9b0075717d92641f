import { createPrivateKey, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { textOfFile } from './file-text.ts'
import type { Place } from './place.ts'
import type { TlsFiles } from './serve-config.ts'
import { checked, isAccepted, object, required, type Shape, text } from './shape.ts'

/**
 * The part `tls` of a config. The files are read and tried out here, so that what
 * is wrong with them is told by its file and not by a number of OpenSSL.
 */
const file = text('the path of a file', (value) =>
  value === '' ? 'expected the path of a file, got an empty text' : null,
)

export const tlsShape: Shape<TlsFiles> = checked(
  object<TlsFiles>({ certFile: required(file), keyFile: required(file) }),
  ({ certFile, keyFile }, place) => {
    const cert = readPem(certFile, place.at('certFile'), (pem) => certificateIn(pem))
    const key = readPem(keyFile, place.at('keyFile'), (pem) => privateKeyIn(pem))
    if (cert !== null) checkDates(cert.part, place.at('certFile'))
    if (cert === null || key === null) return
    if (!cert.part.checkPrivateKey(key.part)) {
      place.at('keyFile').refuse('this is not the key of the certificate in certFile')
    } else isAccepted(place, () => secureContextOf(cert.pem, key.pem))
  },
)

// Nobody who looks at it would connect.
function checkDates({ validFrom, validTo }: X509Certificate, place: Place): void {
  const now = Date.now()
  if (Date.parse(validTo) < now) place.refuse(`the certificate ended on ${validTo}; renew it`)
  if (Date.parse(validFrom) > now) {
    place.refuse(`the certificate begins on ${validFrom}; look at the clock of this machine`)
  }
}

/** What a file has in it; null after its problem was told. */
function readPem<TPart>(name: string, place: Place, partIn: (pem: string) => TPart): Read<TPart> {
  let read: Read<TPart> = null
  isAccepted(place, () => {
    const pem = textOfFile(name)
    read = { pem, part: partIn(pem) }
  })
  return read
}

type Read<TPart> = { readonly pem: string; readonly part: TPart } | null

function certificateIn(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch {
    throw new Error(`expected a certificate in PEM, got ${kindOf(pem)}`)
  }
}

function privateKeyIn(pem: string) {
  if (/-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(pem)) {
    throw new Error('the key has a passphrase, and nobody is there to type it; store it without')
  }
  try {
    return createPrivateKey(pem)
  } catch {
    throw new Error(`expected a private key in PEM, got ${kindOf(pem)}`)
  }
}

// Such as a key that is too short for the security level of OpenSSL.
function secureContextOf(cert: string, key: string): void {
  try {
    createSecureContext({ cert, key })
  } catch {
    throw new Error('expected a certificate and a key that OpenSSL accepts for TLS')
  }
}

/** By its first line, never by what is in it. */
function kindOf(pem: string): string {
  const [, label = ''] = /-----BEGIN ([A-Z\d ]{1,40})-----/.exec(pem) ?? []
  return label === '' ? 'no PEM' : label.toLowerCase()
}
