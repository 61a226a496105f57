import { describe, expect, it } from 'vitest';
import { shelf } from '../../src/app/storage.js';
import { tabStore, type Done } from '../../src/app/draft.js';

const refused = () => {
  throw new DOMException('denied', 'SecurityError');
};
const kept = new Map<string, string>([['old', 'before']]);
const readOnly = {
  getItem: (k: string) => kept.get(k) ?? null,
  setItem: refused,
  removeItem: (k: string) => void kept.delete(k),
  clear: () => kept.clear(),
} as unknown as Storage;
const blocked = { getItem: refused, setItem: refused, removeItem: refused, clear: refused } as unknown as Storage;

describe.each([
  ['naming the storage throws', refused as () => Storage],
  ['every call throws', () => blocked],
  ['a write throws (private mode, full)', () => readOnly],
  ['there is none', () => undefined as unknown as Storage],
])('%s', (_, storage) => {
  it('what the page kept, the page finds again', () => {
    const s = shelf(storage);
    s.set('k', 'v');
    expect(s.get('k')).toBe('v');
    s.remove('k');
    expect(s.get('k')).toBeUndefined();
    expect(() => s.clear()).not.toThrow();
  });
  it('the confirmation is there after the sending', () => {
    const store = tabStore(shelf(storage));
    store.finish({ link: '/dossier/#x', email: 'j@orange.fr' } as Done);
    expect(store.done()?.email).toBe('j@orange.fr');
  });
});

it('an older value does not come back when the newer one was refused', () => {
  kept.set('old', 'before');
  shelf(() => readOnly).set('old', 'after');
  expect(shelf(() => readOnly).get('old')).toBeUndefined();
});
