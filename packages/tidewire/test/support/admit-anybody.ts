import type { AdmitRequest } from '../../src/transports/admission.ts'

/** A door without a lock, for tests of what is behind it. */
export const admitAnybody: AdmitRequest = () => ({ kind: 'admitted', remoteAddress: '127.0.0.1' })
