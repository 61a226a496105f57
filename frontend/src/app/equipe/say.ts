/** How a screen tells what was just done: one place, above it, that takes the focus. */
import type { Page, TemplateResult } from '../page.js';

export interface Said {
  tone: 'good' | 'warm' | 'alert';
  text: string;
  more?: TemplateResult;
  undo?: () => Promise<void>;
}

export const SAY = 'ec-say';

export const say = (from: HTMLElement, said: Said) =>
  from.dispatchEvent(new CustomEvent(SAY, { bubbles: true, detail: said }));

/** Goes to another screen, and tells there what was just done. */
export function sayThere(hash: string, text: string) {
  location.hash = hash;
  addEventListener('hashchange', () => say(document.querySelector('ec-team')!, { tone: 'good', text }), { once: true });
}

/** Where the screen being opened was left, when the browser's Back led to it; its top otherwise. */
export const place = { y: 0 };

/** Once a screen is drawn: its heading takes the focus, and the reader finds the place that they left. */
export async function land(screen: Page) {
  await screen.updateComplete;
  const heading = screen.querySelector<HTMLElement>('h1');
  heading?.setAttribute('tabindex', '-1');
  heading?.focus({ preventScroll: true });
  scrollTo(0, place.y);
}
