import { describe, expect, it } from 'vitest';
import { Keeper, type Drawer } from '../../src/app/papers/scan/kept.js';
import {
  MOST_BYTES,
  moved,
  natureOf,
  room,
  sayArrived,
  saySize,
  tooMany,
  whyNot,
  type Shot,
} from '../../src/app/papers/scan/pages.js';
import { BucketRefusal, Cut, deliver, type Progress, type Way } from '../../src/app/papers/scan/send.js';

let ids = 0;
const blob = (size: number) => ({ size }) as Blob;
const photo = (size = 400_000, name = 'page.jpg'): Shot => ({ id: ids++, type: 'image/jpeg', name, blob: blob(size) });
const pdf = (size = 900_000, name = 'convention.pdf'): Shot => ({
  id: ids++,
  type: 'application/pdf',
  name,
  blob: blob(size),
});
const photos = (n: number, size?: number) => Array.from({ length: n }, () => photo(size));

describe('what a file is', () => {
  const head = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
  it('is told by its first bytes, never by its name', () => {
    expect(natureOf(head('%PDF-1.7'))).toBe('pdf');
    expect(natureOf(head('\ufeff\r\n%PDF-1.4'))).toBe('pdf'); // some scanners write before it
    expect(natureOf(head('\xff\xd8\xff\xe1'))).toBe('photo');
    expect(natureOf(head('\x89PNG\r\n\x1a\n'))).toBe('photo');
    expect(natureOf(head('\0\0\0\x24ftypheic'))).toBe('heic');
    expect(natureOf(head('PK\x03\x04 word/document.xml'))).toBe('other');
    expect(natureOf(head(''))).toBe('other');
  });
});

describe('the pages that may be sent', () => {
  it('are a PDF or photographs, not both, and one PDF', () => {
    expect(whyNot([], pdf())).toBe('');
    expect(whyNot([], photo())).toBe('');
    expect(whyNot([photo()], pdf())).toContain('un PDF ou des photos, pas les deux');
    expect(whyNot([pdf()], photo())).toContain('un PDF ou des photos, pas les deux');
    expect(whyNot([pdf()], pdf())).toContain('un seul PDF');
  });
  it('are twenty at most', () => {
    expect(whyNot(photos(19), photo())).toBe('');
    expect(whyNot(photos(20), photo())).toBe(tooMany(1));
    expect(room(photos(17))).toBe(3);
    expect(tooMany(3)).toContain('les 3\u00a0dernières');
  });
  it('weigh ten megabytes together at most', () => {
    expect(whyNot([], pdf(MOST_BYTES))).toBe('');
    expect(whyNot([], pdf(MOST_BYTES + 1))).toContain('10\u00a0Mo au plus');
    expect(whyNot(photos(2, MOST_BYTES / 2), photo(1))).toContain('plus de 10\u00a0Mo ensemble');
  });
  it('change places', () => {
    expect(moved(['a', 'b', 'c'], 1, -1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b'], 1, 1)).toEqual(['a', 'b']);
    expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
  });
  it('are told in plain words', () => {
    expect(saySize(480_400)).toBe('480\u00a0Ko');
    expect(saySize(6_150_000)).toBe('6,2\u00a0Mo');
    expect(saySize(10_000_000)).toBe('10\u00a0Mo');
    expect(sayArrived([pdf()])).toContain('votre PDF nous est parvenu');
    expect(sayArrived(photos(3))).toContain('vos 3\u00a0pages nous sont parvenues');
  });
});

/** A server and its bucket, which break where a test says. */
class Bucket implements Way<string> {
  held = new Set<number>();
  got: number[] = [];
  opened = 0;
  time = 0;
  /** Before a page arrives, and after it did. */
  before: (n: number) => void = () => undefined;
  after: (n: number) => void = () => undefined;
  closing: () => void = () => undefined;
  constructor(readonly pages: number) {}
  open = async () => {
    this.opened++;
    return {
      scan: 's1',
      pages: Array.from({ length: this.pages }, (_, i) => ({
        number: i + 1,
        received: this.held.has(i + 1),
        upload: this.held.has(i + 1) ? undefined : { url: '/bucket', fields: { n: String(i + 1) } },
      })),
    };
  };
  post: Way<string>['post'] = async ({ fields }, page, sent) => {
    const n = Number(fields['n']);
    this.before(n);
    sent(page.size / 2);
    this.got.push(n);
    this.held.add(n);
    this.after(n);
  };
  close = async () => {
    this.closing();
    return 'sent';
  };
  now = () => this.time;
  incomplete = (error: unknown) => error instanceof Error && error.message === 'incomplete';
}

const cut = (at: number) => (n: number) => {
  if (n === at) throw new Cut();
};
const never = () => undefined;

describe('sending the pages', () => {
  it('tells how far it is, page after page, and never goes back', async () => {
    const [bucket, told] = [new Bucket(3), [] as Progress[]];
    expect(await deliver(photos(3, 100), bucket, (p) => told.push(p))).toBe('sent');
    expect(bucket.got).toEqual([1, 2, 3]);
    expect(told.map((p) => p.bytes)).toEqual([0, 50, 100, 150, 200, 250, 300]);
    expect(told.at(-1)).toEqual({ page: 3, of: 3, arrived: 3, bytes: 300, total: 300 });
  });
  it('is gone on with after a cut: what arrived is not sent again, even where the answer was lost', async () => {
    const bucket = new Bucket(4);
    bucket.after = cut(2);
    await expect(deliver(photos(4), bucket, never)).rejects.toBeInstanceOf(Cut);
    bucket.after = never;
    await deliver(photos(4), bucket, never);
    expect(bucket.got).toEqual([1, 2, 3, 4]);
  });
  it('asks for new posts on a network so weak that the first ones grow old', async () => {
    const bucket = new Bucket(20);
    bucket.after = () => (bucket.time += 5 * 60_000);
    await deliver(photos(20), bucket, never);
    expect(bucket.got).toHaveLength(20);
    expect(bucket.opened).toBe(7);
  });
  it('asks again when the bucket refuses, and gives up when it goes on refusing', async () => {
    const bucket = new Bucket(2);
    let refusals = 1;
    bucket.before = () => {
      if (refusals-- > 0) throw new BucketRefusal('403');
    };
    await deliver(photos(2), bucket, never);
    expect(bucket.got).toEqual([1, 2]);
    refusals = 99;
    await expect(deliver(photos(2), Object.assign(bucket, { held: new Set() }), never)).rejects.toBeInstanceOf(
      BucketRefusal,
    );
    expect(refusals).toBe(96);
  });
  it('sends what the server finds missing at the end', async () => {
    const bucket = new Bucket(2);
    let once = true;
    bucket.closing = () => {
      if (!once) return;
      once = false;
      bucket.held.delete(1);
      throw new Error('incomplete');
    };
    expect(await deliver(photos(2), bucket, never)).toBe('sent');
    expect(bucket.got).toEqual([1, 2, 1]);
  });
});

function drawer() {
  const kept = new Map<string, never>();
  const open = (): Drawer => ({
    get: async (id) => kept.get(id),
    set: async (id, entry) => void kept.set(id, entry as never),
    del: async (id) => void kept.delete(id),
    entries: async () => [...kept.entries()],
  });
  return { kept, open };
}

describe('pages that are not all sent yet', () => {
  const page = { type: 'image/jpeg' as const, name: 'mairie.jpg', blob: new Blob(['Paul Martin, maire']) };
  it('are there after a reload, with the sending that had begun, under the link’s token only', async () => {
    const { kept, open } = drawer();
    expect(await new Keeper('f1', 'token', open).keep({ key: 'k1', shots: [page] })).toBe(true);
    const bytes = [...kept.values()].flatMap((e: never) => [
      (e as { head: { data: ArrayBuffer } }).head,
      ...(e as { pages: { data: ArrayBuffer }[] }).pages,
    ]);
    for (const { data } of bytes) expect(new TextDecoder('latin1').decode(data)).not.toMatch(/Paul|mairie/);
    const found = await new Keeper('f1', 'token', open).recall();
    expect(found?.key).toBe('k1');
    expect(await found?.shots[0]?.blob.text()).toBe('Paul Martin, maire');
    expect(found?.shots[0]?.name).toBe('mairie.jpg');
    expect(await new Keeper('f1', 'other', open).recall()).toBeUndefined();
  });
  it('go three days later, whoever comes, and when none is left', async () => {
    const { kept, open } = drawer();
    let now = 0;
    const keeper = (id: string) => new Keeper(id, 'token', open, () => now);
    await keeper('f1').keep({ shots: [page] });
    now += 3 * 24 * 3_600_000 + 1;
    expect(await keeper('f2').recall()).toBeUndefined();
    expect(kept.size).toBe(0);
    await keeper('f1').keep({ shots: [page] });
    await keeper('f1').keep({ shots: [] });
    expect(kept.size).toBe(0);
  });
  it('are no failure on a device that refuses to keep them', async () => {
    const refused = () => {
      throw new Error('refused');
    };
    const keeper = new Keeper('f1', 'token', refused);
    expect(await keeper.keep({ shots: [page] })).toBe(false);
    expect(await keeper.recall()).toBeUndefined();
    await expect(keeper.forget()).resolves.toBeUndefined();
  });
});
