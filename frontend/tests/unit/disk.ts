/** A device's storage that a test can look into: what a shelf keeps in it is there for the next one. */
export function disk() {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (k: string) => kept.get(k) ?? null,
    setItem: (k: string, v: string) => void kept.set(k, v),
    removeItem: (k: string) => void kept.delete(k),
  } as unknown as Storage;
  return { kept, storage };
}
