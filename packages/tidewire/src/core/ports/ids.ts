/**
 * Makes names nobody can guess and nobody gets twice: 1 to 64 letters, digits,
 * `-` or `_`, at least 96 bits of randomness outside of a simulation.
 */
export type MakeId = () => string
