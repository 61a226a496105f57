/**
 * The personal link, as the world gives it back: rewritten by mail scanners (`/dossier/%23…`), followed by the mark that
 * ended a sentence or closed a bracket, with a follower's `?fbclid=`, cut over two lines.
 */
import { plainText } from './plain.js';

export interface PersonalLink {
  id: string;
  token: string;
}

const LINK = /([a-z0-9]+)\.(\d+\.[a-z]+\.[\w-]+)/i;

/** Decodes an address as often as it was encoded, three times at most; a lone % stays as it is. */
export const decoded = (text: string) => once(once(once(text)));

const once = (text: string) =>
  text.replace(/(%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });

/** The link in a fragment, or in the path where a scanner put it; undefined when nothing of it can be saved. */
export function linkIn(text: string): PersonalLink | undefined {
  const [, id, token] = LINK.exec(plainText(decoded(text)).replace(/ /g, '')) ?? [];
  return id && token ? { id, token } : undefined;
}

/**
 * The link of the page's own address. The token leaves the path at once and stands in the fragment alone, whatever
 * was hung on it: nothing secret is sent in an address, nor kept in the history.
 */
export function takeLink(): PersonalLink | undefined {
  const { pathname, search, hash } = location;
  const [, page, rest] = /^\/(dossier|papiers)\/(.*)$/.exec(pathname) ?? [];
  const found = linkIn(hash) ?? linkIn(rest ?? '');
  if (!page || (!found && !rest)) return found;
  const view = /[?&](vue=\w+)/.exec(search)?.[1];
  const clean = `/${page}/${view ? `?${view}` : ''}${found ? `#${found.id}.${found.token}` : hash}`;
  if (clean !== pathname + search + hash) history.replaceState(history.state, '', clean);
  return found;
}
