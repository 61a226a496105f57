import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { icon, type IconName } from './icons.js';

/**
 * A part of a page, in the light DOM: global styles, labels, autofill and error links just work. What the HTML page
 * held until then (the same heading, « Un instant… ») gives way at the first render.
 */
export abstract class Page extends LitElement {
  private tab = document.title;

  protected override createRenderRoot() {
    this.replaceChildren();
    return this;
  }

  /** Names the page; an error says so first. */
  protected name(title: string, bad = false) {
    this.tab = `${bad ? 'Erreur\u00a0: ' : ''}${title} – Écharpe`;
    if (document.title !== this.tab) document.title = this.tab;
  }

  /** Takes the reader to the top of a new screen: heading focused, so that it is read out. */
  async toTop(selector = 'h1') {
    await this.updateComplete;
    window.scrollTo(0, 0);
    const target = this.querySelector<HTMLElement>(selector);
    target?.setAttribute('tabindex', '-1');
    target?.focus({ preventScroll: true });
  }
}

type Tone = 'plain' | 'warm' | 'alert' | 'good';
const toneIcon: Record<Tone, IconName> = { plain: 'info', warm: 'clock', alert: 'alert', good: 'done' };

/** A message set apart from the text. */
export const notice = (tone: Tone, body: TemplateResult | string, drawing: IconName = toneIcon[tone]) =>
  html`<div class="notice ${tone}">
    ${icon(drawing)}
    <div>${typeof body === 'string' ? html`<p>${body}</p>` : body}</div>
  </div>`;

export const withIcon = (name: IconName, body: TemplateResult | string, extra = '') =>
  html`<p class="with ${extra}">${icon(name)}<span>${body}</span></p>`;

/**
 * Swallows a second tap on the same thing within a second: fingers that tremble do not send twice. Another thing, named
 * by another key, is not held back.
 */
export function onceASecond(): (key?: string) => boolean {
  const last = new Map<string, number>();
  return (key = '') => {
    const now = performance.now();
    if (now - (last.get(key) ?? -Infinity) < 1000) return false;
    last.set(key, now);
    return true;
  };
}

/** Hands a file to the reader under a name. */
export function save(blob: Blob, name: string) {
  const url = URL.createObjectURL(blob);
  const a = Object.assign(document.createElement('a'), { href: url, download: name });
  document.body.append(a);
  a.click();
  a.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export { html, nothing, type TemplateResult };
