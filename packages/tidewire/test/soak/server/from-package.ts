/** A class of the package as it was built, also one that is not exported: to be counted, or broken. */
export async function fromPackage<TObject extends object>(
  file: string,
  name: string,
): Promise<ClassOf<TObject>> {
  const entry = import.meta.resolve('tidewire')
  const exported: Readonly<Record<string, unknown>> = await import(
    new URL(`../${file}`, entry).href
  )
  const found = exported[name]
  if (typeof found !== 'function') throw new Error(`${file} exports no class ${name}`)
  // Whoever names it knows what it is; the compiler has no types for inner files.
  return found as ClassOf<TObject>
}

/** A class, as far as it is of use here. */
export interface ClassOf<TObject extends object> {
  readonly name: string
  readonly prototype: TObject
  new (...parts: never): TObject
}
