/** A promise that a test settles. */
export function openGate(): Gate {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

export interface Gate {
  readonly opened: Promise<void>
  readonly open: () => void
}
