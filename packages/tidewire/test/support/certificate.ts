import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto'

/**
 * A self-signed certificate for 127.0.0.1, made when a test asks for it: no key
 * lies in the repository. Node has no call for this, so the few structures of
 * RFC 5280 that one needs are written here, in DER.
 */
export function selfSignedCertificate(): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const body = der(
    tag.sequence,
    der(tag.context | 0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(8)])),
    ecdsaWithSha256,
    subject,
    der(tag.sequence, time(Date.now() - day), time(Date.now() + day)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(tag.context | 3, der(tag.sequence, alternativeName)),
  )
  const signature = createSign('sha256').update(body).sign(privateKey)
  const certificate = der(tag.sequence, body, ecdsaWithSha256, bits(signature))
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`,
  }
}

const day = 24 * 60 * 60_000

const tag = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
  time: 0x17,
  /** With the number of a field that is tagged explicitly. */
  context: 0xa0,
  /** An IP address among alternative names. */
  ipAddress: 0x87,
} as const

// The arcs 1.2.840.10045.4.3.2, 2.5.4.3 and 2.5.29.17, as they are encoded.
const ecdsaWithSha256 = der(tag.sequence, objectId('2a8648ce3d040302'))
const commonName = objectId('550403')
const subjectAlternativeName = objectId('551d11')

const subject = der(
  tag.sequence,
  der(tag.set, der(tag.sequence, commonName, der(tag.utf8, Buffer.from('tidewire test')))),
)

const alternativeName = der(
  tag.sequence,
  subjectAlternativeName,
  der(tag.octetString, der(tag.sequence, der(tag.ipAddress, Buffer.of(127, 0, 0, 1)))),
)

function der(type: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.of(type), lengthField(content.length), content])
}

function lengthField(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length)
  return length < 0x100 ? Buffer.of(0x81, length) : Buffer.of(0x82, length >> 8, length & 0xff)
}

function integer(bytes: Buffer): Buffer {
  return der(tag.integer, bytes)
}

function objectId(hex: string): Buffer {
  return der(tag.objectId, Buffer.from(hex, 'hex'))
}

/** `YYMMDDhhmmssZ` (RFC 5280, section 4.1.2.5.1). */
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+Z$/g, '')
  return der(tag.time, Buffer.from(`${digits.slice(2)}Z`))
}

function bits(bytes: Buffer): Buffer {
  return der(tag.bitString, Buffer.of(0), bytes)
}
