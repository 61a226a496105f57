/**
 * Sends the pages, one after the other. The same key names the same scan at the server, which says what it holds already: whatever was
 * cut, asking again sends only what is missing.
 */
export interface Page {
  type: string;
  blob: Blob;
}

export interface Post {
  url: string;
  fields: Record<string, string>;
}

export interface Opened {
  scan: string;
  pages: { number: number; received: boolean; upload?: Post }[];
}

export interface Progress {
  /** The page that is leaving, and how many there are. */
  page: number;
  of: number;
  /** What has arrived, counted in pages and in bytes. */
  arrived: number;
  bytes: number;
  total: number;
}

/** How to reach the server and its bucket. */
export interface Way<T> {
  open(pages: { type: string; size: number }[]): Promise<Opened>;
  /** Rejects with [BucketRefusal] or [Cut]. */
  post(post: Post, blob: Blob, sent: (bytes: number) => void): Promise<void>;
  close(scan: string): Promise<T>;
  /** Milliseconds, of a clock that nobody sets. */
  now(): number;
  /** Whether what the server said means that pages are missing. */
  incomplete(error: unknown): boolean;
}

/** The bucket answered, and said no. */
export class BucketRefusal extends Error {}
/** No answer came. */
export class Cut extends Error {}

/** Posts are good for fifteen minutes; on a weak network the last one comes later. */
const FRESH = 12 * 60_000;
/** How often the server is asked again because the bucket, or the server at the end, was not content. */
const PATIENCE = 2;

export async function deliver<T>(pages: Page[], way: Way<T>, told: (progress: Progress) => void): Promise<T> {
  const sizes = pages.map(({ blob }) => blob.size);
  const total = sizes.reduce((a, b) => a + b, 0);
  for (let patience = PATIENCE; ;) {
    const opened = await way.open(pages.map(({ type, blob }) => ({ type, size: blob.size })));
    const since = way.now();
    const held = new Set(opened.pages.filter((p) => p.received).map((p) => p.number));
    const progress = (page: number, more = 0) =>
      told({
        page,
        of: pages.length,
        arrived: held.size,
        bytes: [...held].reduce((sum, n) => sum + (sizes[n - 1] ?? 0), more),
        total,
      });
    try {
      let late = false;
      for (const { number, upload } of opened.pages) {
        if (held.has(number)) continue;
        if ((late = way.now() - since > FRESH)) break;
        progress(number);
        await way.post(upload!, pages[number - 1]!.blob, (bytes) => progress(number, bytes));
        held.add(number);
      }
      if (late) continue;
      progress(pages.length);
      return await way.close(opened.scan);
    } catch (error) {
      if (!(error instanceof BucketRefusal || way.incomplete(error)) || !patience--) throw error;
    }
  }
}

/** On a network that is alive something moves within so long. */
const STALL = 45_000;

/** A form as the bucket wants it: the fields, then the file. What leaves is told as it leaves. */
export function postForm(
  { url, fields }: Post,
  blob: Blob,
  sent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', blob);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch does not say how much has left
    const stop = () => request.abort();
    let timer = setTimeout(stop, STALL);
    const end = (error?: Error) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      if (error) reject(error);
      else resolve();
    };
    request.upload.onprogress = ({ loaded, total }) => {
      clearTimeout(timer);
      timer = setTimeout(stop, STALL);
      sent(Math.round((blob.size * loaded) / Math.max(total, 1)));
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) end();
      else if (request.status < 500) end(new BucketRefusal(String(request.status)));
      else end(new Cut(String(request.status)));
    };
    request.onerror = request.onabort = () => end(new Cut('no answer'));
    signal.addEventListener('abort', stop);
    request.open('POST', url);
    request.send(form);
    if (signal.aborted) stop();
  });
}
