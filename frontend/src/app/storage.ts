/**
 * What a tab or a device keeps, without ever throwing: storage may be refused (private mode, a policy), full, or absent,
 * and then a getter throws as well as a write. Memory comes first, so that a page always finds again what it kept itself;
 * what storage takes is there after a reload too.
 */
export interface Shelf {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  remove(key: string): void;
  clear(): void;
}

/** `storage` is asked each time: naming it may throw. */
export function shelf(storage: () => Storage): Shelf {
  const memory = new Map<string, string>();
  const tried = <T>(act: (storage: Storage) => T): T | undefined => {
    try {
      return act(storage());
    } catch {
      return undefined;
    }
  };
  return {
    get: (key) => memory.get(key) ?? tried((s) => s.getItem(key)) ?? undefined,
    set(key, value) {
      memory.set(key, value);
      // An older value must not come back after a reload, when the new one was refused.
      tried((s) => {
        try {
          s.setItem(key, value);
        } catch {
          s.removeItem(key);
        }
      });
    },
    remove(key) {
      memory.delete(key);
      tried((s) => s.removeItem(key));
    },
    clear() {
      memory.clear();
      tried((s) => s.clear());
    },
  };
}

export const tab = shelf(() => sessionStorage);
export const device = shelf(() => localStorage);
