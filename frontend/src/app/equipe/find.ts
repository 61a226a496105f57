/** One field that finds a person while they speak: half a name, a reference, a telephone number. Up, down, Enter. */
import { live } from 'lit/directives/live.js';
import { html, nothing, Page } from '../page.js';
import { dayShort } from './words.js';
import { query, sentence } from './client.js';
import type { Entry } from './contract.js';

const PAUSE = 150;

class Find extends Page {
  static override properties = {
    typed: { state: true },
    found: { state: true },
    more: { state: true },
    at: { state: true },
    shut: { state: true },
    trouble: { state: true },
  };
  declare typed: string;
  declare found?: Entry[];
  declare more: boolean;
  declare at: number;
  declare shut: boolean;
  declare trouble: string;
  private timer = 0;
  private turn = 0;
  /** What was typed when what is shown was found. */
  private answered = '';

  constructor() {
    super();
    this.typed = '';
    this.more = false;
    this.at = -1;
    this.shut = true;
    this.trouble = '';
  }

  override connectedCallback() {
    super.connectedCallback();
    document.addEventListener('keydown', this.shortcut);
    document.addEventListener('pointerdown', this.outside);
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.shortcut);
    document.removeEventListener('pointerdown', this.outside);
  }

  protected override render() {
    const open = !this.shut && !!(this.found || this.trouble);
    return html`<search class="find" role="search">
      <label for="chercher">Trouver une personne</label>
      <input
        id="chercher"
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck="false"
        placeholder="Nom, référence, téléphone…"
        aria-expanded=${open && !!this.found?.length}
        aria-controls="trouves"
        aria-autocomplete="list"
        aria-activedescendant=${open && this.at >= 0 ? `trouve-${this.at}` : nothing}
        aria-keyshortcuts="Control+K"
        .value=${live(this.typed)}
        @input=${this.type}
        @keydown=${this.key}
        @focus=${() => (this.shut = false)}
        @blur=${this.leave}
      />
      <div class="found" ?hidden=${!open}>
        <ul id="trouves" role="listbox" aria-label="Personnes trouvées" ?hidden=${!this.found?.length}>
          ${(this.found ?? []).map((e, i) => this.line(e, i))}
        </ul>
        ${this.below()}
      </div>
      <p class="hidden" role="status">${open ? this.count() : ''}</p>
    </search>`;
  }

  private line(e: Entry, i: number) {
    return html`<li
      id="trouve-${i}"
      role="option"
      aria-selected=${i === this.at}
      @pointerdown=${(event: Event) => event.preventDefault()}
      @click=${() => this.go(e)}
    >
      <span class="name">${e.name}</span> <span class="meta">${e.reference} · ${e.statusLabel}</span>
      <span class="meta"
        >${e.authority} · ${e.sessionTitle}${e.sessionStart ? `, ${dayShort(e.sessionStart)}` : ''}</span
      >
    </li>`;
  }

  private below() {
    if (this.trouble) return html`<p class="none">${this.trouble}</p>`;
    if (this.found?.length === 0)
      return html`<p class="none">
        Personne. Essayez le nom de naissance, la commune, les quatre derniers chiffres du téléphone.
      </p>`;
    return this.more ? html`<p class="none">Il y en a d’autres : précisez.</p>` : nothing;
  }

  private count() {
    const n = this.found?.length ?? 0;
    return this.found ? `${n}\u00a0personne${n > 1 ? 's' : ''} trouvée${n > 1 ? 's' : ''}` : '';
  }

  private readonly type = (event: Event) => {
    this.typed = (event.currentTarget as HTMLInputElement).value;
    this.shut = false;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.search(), PAUSE);
  };

  private async search() {
    clearTimeout(this.timer);
    const turn = ++this.turn;
    const asked = this.typed;
    if (this.typed.trim().length < 2) {
      this.found = undefined;
      this.trouble = '';
      return;
    }
    try {
      const { files, more } = await query<{ files: Entry[]; more: boolean }>('/files/search', { q: asked });
      if (turn !== this.turn) return; // an answer to what is no longer typed
      this.found = files;
      this.answered = asked;
      this.more = more;
      this.at = files.length ? 0 : -1;
      this.trouble = '';
    } catch (error) {
      if (turn !== this.turn) return;
      this.found = undefined;
      this.trouble = sentence(error);
    }
  }

  private readonly key = (event: KeyboardEvent) => {
    const n = this.found?.length ?? 0;
    if (event.key === 'Escape') this.clear();
    else if (event.key === 'ArrowDown' && n) this.at = (this.at + 1) % n;
    else if (event.key === 'ArrowUp' && n) this.at = (this.at + n - 1) % n;
    else if (event.key === 'Enter') void this.enter();
    else return;
    event.preventDefault();
    void this.updateComplete.then(() =>
      this.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' }),
    );
  };

  /** Enter opens the chosen one; before the answer has come, it waits for it. */
  private async enter() {
    if (!this.found || this.answered !== this.typed) await this.search();
    const chosen = this.found?.[Math.max(this.at, 0)];
    if (chosen) this.go(chosen);
  }

  private go(e: Entry) {
    this.clear();
    location.hash = `#/dossiers/${e.id}`;
  }

  private clear() {
    clearTimeout(this.timer);
    this.turn++;
    this.typed = '';
    this.found = undefined;
    this.trouble = '';
    this.at = -1;
  }

  private readonly leave = () => void (this.shut = true);

  private readonly outside = (event: Event) => {
    if (!this.contains(event.target as Node)) this.shut = true;
  };

  private readonly shortcut = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.querySelector<HTMLElement>('#chercher')?.focus();
  };
}

customElements.define('ec-find', Find);
