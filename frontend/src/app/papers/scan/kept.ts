/**
 * The pages that are not all sent yet, on the device: a reload, a telephone that closes the page, lose nothing. Under a key made from the
 * personal link's token, and for three days. A device that refuses to keep is no failure: the page then says to stay.
 */
import { createStore, del, entries, get, set } from 'idb-keyval';
import type { Shot } from './pages.js';

const DAYS = 3 * 24 * 60 * 60_000;

/** What is kept of a page; its small picture is made again. */
export type KeptShot = Pick<Shot, 'type' | 'name' | 'blob'>;

export interface Kept {
  /** Names the sending, once it has begun: the same one goes on after a reload. */
  key?: string;
  shots: KeptShot[];
}

interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
}
interface Entry {
  at: number;
  head: Sealed;
  pages: Sealed[];
}

/** Where entries stand; by its shape a test can look into one of its own. */
export interface Drawer {
  get(id: string): Promise<Entry | undefined>;
  set(id: string, entry: Entry): Promise<void>;
  del(id: string): Promise<void>;
  entries(): Promise<[string, Entry][]>;
}

function browserDrawer(): Drawer {
  const store = createStore('echarpe-envoi', 'pages');
  return {
    get: (id) => get(id, store),
    set: (id, entry) => set(id, entry, store),
    del: (id) => del(id, store),
    entries: () => entries(store),
  };
}

export class Keeper {
  constructor(
    private readonly id: string,
    private readonly token: string,
    private readonly drawer: () => Drawer = browserDrawer,
    private readonly now = () => Date.now(),
  ) {}

  private last: Promise<unknown> = Promise.resolve();

  /** Tells whether the pages would be there after a reload. Each waits for the one before: the last one stands. */
  keep(kept: Kept): Promise<boolean> {
    const turn = this.last.then(() => this.write(kept));
    this.last = turn;
    return turn;
  }

  private async write({ key, shots }: Kept): Promise<boolean> {
    try {
      if (!shots.length) return (await this.drawer().del(this.id), true);
      const secret = await this.secret();
      const head = new TextEncoder().encode(
        JSON.stringify({ key, shots: shots.map(({ type, name }) => ({ type, name })) }),
      );
      const pages = [];
      for (const { blob } of shots) pages.push(await seal(secret, await blob.arrayBuffer()));
      await this.drawer().set(this.id, { at: this.now(), head: await seal(secret, head), pages });
      return true;
    } catch {
      return false;
    }
  }

  async recall(): Promise<Kept | undefined> {
    try {
      await this.sweep();
      const entry = await this.drawer().get(this.id);
      if (!entry) return undefined;
      const secret = await this.secret();
      const head = JSON.parse(new TextDecoder().decode(await open(secret, entry.head))) as {
        key?: string;
        shots: Omit<KeptShot, 'blob'>[];
      };
      const shots = [];
      for (const [i, { type, name }] of head.shots.entries())
        shots.push({ type, name, blob: new Blob([await open(secret, entry.pages[i]!)], { type }) });
      return { key: head.key, shots };
    } catch {
      return undefined;
    }
  }

  async forget(): Promise<void> {
    await this.keep({ shots: [] });
  }

  /** Removes what nobody came back for, whoever's it is. */
  private async sweep() {
    for (const [id, { at }] of await this.drawer().entries()) if (this.now() - at > DAYS) await this.drawer().del(id);
  }

  private async secret(): Promise<CryptoKey> {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`echarpe-scan:${this.token}`));
    return crypto.subtle.importKey('raw', digest, 'AES-GCM', false, ['encrypt', 'decrypt']);
  }
}

async function seal(secret: CryptoKey, data: ArrayBuffer | Uint8Array<ArrayBuffer>): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, data: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, secret, data) };
}

const open = (secret: CryptoKey, { iv, data }: Sealed) => crypto.subtle.decrypt({ name: 'AES-GCM', iv }, secret, data);
