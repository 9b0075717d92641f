import { describe, expect, it } from 'vitest'
import { errorCodes } from './error-codes.ts'
import { protocolError } from './protocol-error.ts'

describe('protocolError', () => {
  it('carries the sentence of the table, or a more exact one', () => {
    expect(protocolError('FORBIDDEN')).toEqual({
      code: 'FORBIDDEN',
      message: errorCodes.FORBIDDEN,
    })
    expect(protocolError('INVALID_FRAME', 7, 'id is required')).toEqual({
      code: 'INVALID_FRAME',
      message: 'id is required',
      id: 7,
    })
  })
})
