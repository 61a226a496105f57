/**
 * « Envoyer la convention signée » : the pages that were chosen, and their sending. Fetched when this screen is opened; what it is drawn
 * with comes from the page, so that no page is cut in more pieces for it.
 */
import type { FileAPI, NetworkError, Problem } from '../../api.js';
import type { AuthorityFile } from '../../contract.js';
import type { randomUUID } from '../../floor.js';
import type { html, notice, onceASecond } from '../../page.js';
import type { Papers } from '../papers.js';
import { Keeper } from './kept.js';
import {
  isPDF,
  moved,
  natureOf,
  REFUSED,
  room,
  sayAdded,
  sayArrived,
  sayPages,
  saySize,
  tooMany,
  weigh,
  whyNot,
  type Shot,
} from './pages.js';
import { BucketRefusal, Cut, deliver, postForm, type Opened, type Progress } from './send.js';
import { shrink } from './shrink.js';

export interface Kit {
  html: typeof html;
  notice: typeof notice;
  newKey: typeof randomUUID;
  tap: ReturnType<typeof onceASecond>;
  Problem: typeof Problem;
  NetworkError: typeof NetworkError;
}

type Mode = 'opening' | 'ready' | 'preparing' | 'sending' | 'cut';

export class Sending {
  private mode: Mode = 'opening';
  private shots: Shot[] = [];
  private key?: string;
  /** Whether a reload would find the pages again. */
  private kept = true;
  private preparing = '';
  private progress?: Progress;
  private said = '';
  /** What the server said when it could not go on. */
  private why = '';
  private stop?: AbortController;
  private next = 1;
  private readonly keeper: Keeper;
  private readonly api: FileAPI;

  constructor(
    private readonly at: Papers,
    private readonly kit: Kit,
  ) {
    this.api = at.api!; // the page may be taken to another file meanwhile
    this.keeper = new Keeper(this.api.id, at.token);
    void this.recall();
  }

  /** What a reload interrupted. */
  private async recall() {
    const kept = await this.keeper.recall();
    for (const { type, name, blob } of kept?.shots ?? []) {
      const thumb = isPDF({ type }) ? undefined : (await shrink(blob))?.thumb;
      this.shots.push({ id: this.next++, type, name, blob, thumb });
    }
    this.key = kept?.key;
    this.mode = this.key ? 'cut' : 'ready';
    this.at.requestUpdate();
  }

  private show(said = '') {
    this.said = said;
    this.at.requestUpdate();
    return this.at.updateComplete;
  }

  /** Pages that changed are another sending. */
  private async changed(said = '') {
    this.key = undefined;
    this.mode = 'ready';
    await this.show(said);
    this.kept = await this.keeper.keep({ shots: this.shots });
    this.at.requestUpdate();
  }

  private readonly choose = async (event: Event) => {
    const input = event.currentTarget as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = ''; // the same file may be chosen again
    if (!files.length || this.busy) return;
    this.mode = 'preparing';
    const [refused, before] = [[] as string[], this.shots.length];
    for (const [i, file] of files.entries()) {
      this.preparing = files.length > 1 ? `Préparation\u00a0: ${i + 1} sur ${files.length}…` : 'Préparation…';
      await this.show();
      if (this.shots.length && !room(this.shots) && !isPDF(this.shots[0]!)) {
        refused.push(tooMany(files.length - i));
        break;
      }
      const wrong = await this.add(file);
      if (wrong) refused.push(wrong);
    }
    const added = this.shots.length - before;
    await this.changed(added ? sayAdded(this.shots, added) : '');
    this.at.wrong(Object.fromEntries(refused.map((text, i) => [i ? `files-${i}` : 'files', text])));
  };

  /** Makes a page of a file; gives the words when none can be made. */
  private async add(file: File): Promise<string> {
    const { name } = file;
    const head = await file
      .slice(0, 1024)
      .arrayBuffer()
      .catch(() => new ArrayBuffer(0));
    const nature = natureOf(new Uint8Array(head));
    if (nature === 'other') return (head.byteLength ? REFUSED.other : REFUSED.broken)(name);
    if (nature === 'pdf') return this.take({ type: 'application/pdf', name, blob: file });
    const light = await shrink(file);
    if (!light) return REFUSED[nature === 'heic' ? 'heic' : 'broken'](name);
    return this.take({ type: 'image/jpeg', name, ...light });
  }

  private take(one: Omit<Shot, 'id'>): string {
    const wrong = whyNot(this.shots, one);
    if (!wrong) this.shots = [...this.shots, { id: this.next++, ...one }];
    return wrong;
  }

  private get busy() {
    return this.mode === 'sending' || this.mode === 'preparing' || this.mode === 'opening';
  }

  private async move(i: number, by: -1 | 1) {
    if (this.busy) return;
    this.shots = moved(this.shots, i, by);
    void this.changed(`Cette page est maintenant la page ${i + by + 1}.`);
    await this.at.updateComplete;
    this.focus(i + by, by < 0 ? '.up' : '.down');
  }

  private async turn(i: number) {
    if (this.busy) return;
    const old = this.shots[i]!;
    this.mode = 'preparing';
    this.preparing = 'Préparation…';
    await this.show();
    const light = await shrink(old.blob, true);
    if (old.thumb) URL.revokeObjectURL(old.thumb);
    if (light) this.shots = this.shots.map((s) => (s === old ? { ...s, ...light } : s));
    await this.changed(`La page ${i + 1} est tournée.`);
  }

  private async drop(i: number) {
    if (this.busy) return;
    const [gone] = this.shots.splice(i, 1);
    if (gone?.thumb) URL.revokeObjectURL(gone.thumb);
    void this.changed(
      `Page retirée. ${this.shots.length ? `Il en reste ${this.shots.length}.` : 'Il n’en reste aucune.'}`,
    );
    await this.at.updateComplete;
    this.focus(Math.min(i, this.shots.length - 1), '.drop');
  }

  /** What had the focus may have moved with its page, or gone with it. */
  private focus(i: number, what: string) {
    const page = this.at.querySelectorAll('.shots > li')[i];
    const target =
      page?.querySelector<HTMLElement>(what) ?? page?.querySelector('button') ?? this.at.querySelector('#files');
    (target as HTMLElement | null)?.focus();
  }

  private readonly send = async () => {
    if (!this.kit.tap('scan') || this.busy) return;
    if (!this.shots.length)
      return void this.at.wrong({ files: 'Choisissez d’abord le PDF ou les photos de la convention signée.' });
    this.at.wrong({});
    const key = (this.key ??= this.kit.newKey());
    this.mode = 'sending';
    this.progress = undefined;
    this.stop = new AbortController();
    await this.show();
    this.kept = await this.keeper.keep({ key, shots: this.shots });
    try {
      const file = await this.deliver(key, this.stop.signal);
      await this.keeper.forget();
      this.done(file);
    } catch (error) {
      this.failed(error);
    }
  };

  private deliver(key: string, signal: AbortSignal) {
    const { api } = this;
    const way = {
      open: (pages: { type: string; size: number }[]) =>
        api.ask<Opened>('/scans', 'POST', { pages }, { 'Idempotency-Key': key }),
      post: (...what: [Parameters<typeof postForm>[0], Blob, (bytes: number) => void]) => postForm(...what, signal),
      close: (scan: string) => api.ask<AuthorityFile>(`/scans/${encodeURIComponent(scan)}`, 'PUT', {}),
      now: () => performance.now(),
      incomplete: (error: unknown) => error instanceof this.kit.Problem && error.kind === 'scan-incomplete',
    };
    return deliver(this.shots, way, (progress) => {
      this.progress = progress;
      this.at.requestUpdate();
    });
  }

  private done(file: AuthorityFile) {
    if (this.at.sending !== this) return;
    for (const { thumb } of this.shots) if (thumb) URL.revokeObjectURL(thumb);
    this.at.done(file, sayArrived(this.shots));
  }

  private failed(error: unknown) {
    const { Problem, NetworkError } = this.kit;
    if (error instanceof BucketRefusal || (error instanceof Problem && error.status < 500 && error.status !== 429)) {
      this.mode = 'ready';
      this.key = undefined; // what is mended is another sending
      const files = error instanceof Problem ? (Object.values(error.fields)[0] ?? error.detail) : NOT_TAKEN;
      return void this.at.wrong({ files });
    }
    this.mode = 'cut';
    this.why = error instanceof Problem ? error.detail : '';
    void this.show().then(() => this.at.querySelector<HTMLElement>('.resume')?.focus());
    if (!(error instanceof Cut || error instanceof NetworkError || error instanceof Problem)) throw error;
  }

  draw(file: AuthorityFile) {
    const { html } = this.kit;
    if (this.mode === 'opening') return html`<p class="waiting">Un instant…</p>`;
    const sending = this.mode === 'sending';
    return html`<p>Un PDF, ou une photo nette de chaque page. 20&nbsp;pages et 10&nbsp;Mo au plus.</p>
      ${file.answer ? '' : html`<p>Envoyer la convention signée vaut accord de la collectivité.</p>`}
      ${this.mode === 'cut' ? this.resume() : ''} ${sending || this.mode === 'cut' ? '' : this.chooser()}
      <div role="status">
        ${this.mode === 'preparing' ? html`<p>${this.preparing}</p>` : this.said ? html`<p>${this.said}</p>` : ''}
      </div>
      ${sending ? this.bar() : ''} ${this.shots.length ? this.pages() : ''}`;
  }

  private chooser() {
    const { html } = this.kit;
    const wrong = Object.entries(this.at.errors).filter(([id]) => id.startsWith('files'));
    const off = this.busy ? 'true' : undefined;
    const open = (event: Event) => {
      const input = (event.currentTarget as HTMLElement).nextElementSibling as HTMLInputElement;
      if (!this.busy) input.click();
    };
    return html`<div class="field ${wrong.length ? 'bad' : ''}">
      ${wrong.map(([, text]) => html`<p class="error"><span class="hidden">Erreur : </span>${text}</p>`)}
      <div class="actions choosing">
        <button
          class="button ${this.shots.length ? 'quiet' : ''}"
          id="files"
          type="button"
          aria-disabled=${off ?? 'false'}
          @click=${open}
        >
          Choisir un PDF ou des photos
        </button>
        <input type="file" hidden multiple accept="application/pdf,image/jpeg,image/png" @change=${this.choose} />
        <button class="button quiet shoot" type="button" aria-disabled=${off ?? 'false'} @click=${open}>
          Prendre une photo
        </button>
        <input type="file" hidden accept="image/*" capture="environment" @change=${this.choose} />
      </div>
    </div>`;
  }

  private resume() {
    const { html, notice } = this.kit;
    const { progress } = this;
    const arrived = progress?.arrived
      ? `${sayPages(progress.arrived)} sur ${progress.of} ${progress.arrived > 1 ? 'sont arrivées' : 'est arrivée'}.`
      : '';
    return html`${notice(
        'warm',
        html`<h2>L’envoi n’est pas terminé</h2>
          <p>
            ${this.why} ${arrived}
            ${this.kept ? 'Vos pages sont gardées sur cet appareil, trois jours au plus.' : 'Ne fermez pas cette page\u00a0: elle seule garde vos pages.'}
            Nous n’envoyons que ce qui manque.
          </p>`,
        'offline',
      )}
      <div class="actions">
        <button class="button resume" type="button" @click=${this.send}>Reprendre l’envoi</button>
        <button class="button quiet" type="button" @click=${() => this.changed()}>Changer les pages</button>
      </div>`;
  }

  private bar() {
    const { html } = this.kit;
    const p = this.progress;
    const text = p
      ? p.arrived === p.of
        ? 'Vérification des pages…'
        : p.of > 1
          ? `Envoi de la page ${p.page} sur ${p.of}…`
          : 'Envoi en cours…'
      : 'Envoi…';
    return html`<div class="sending">
      <p role="status">${text}</p>
      <progress max=${p?.total ?? 1} value=${p?.bytes ?? 0} aria-label="Avancement de l’envoi"></progress>
      <p class="meta">${p ? `${saySize(p.bytes)} sur ${saySize(p.total)}` : ''}</p>
      ${this.kept ? '' : html`<p>Gardez cette page ouverte jusqu’à la fin.</p>`}
      <div class="actions">
        <button class="button quiet" type="button" @click=${() => this.stop?.abort()}>Interrompre</button>
      </div>
    </div>`;
  }

  private pages() {
    const { html } = this.kit;
    const one = isPDF(this.shots[0]!);
    const open = this.mode === 'ready' || this.mode === 'preparing';
    return html`<h2>${one ? 'Votre PDF' : 'Vos pages, dans l’ordre'}</h2>
      <ol class="shots ${open ? '' : 'still'}">
        ${this.shots.map((shot, i) => this.page(shot, i, open))}
      </ol>
      <p class="meta">${one ? '' : `${sayPages(this.shots.length)}, `}${saySize(weigh(this.shots))} à envoyer</p>
      ${
        open
          ? html`<div class="actions">
              <button class="button" type="button" aria-disabled=${this.busy ? 'true' : 'false'} @click=${this.send}>
                ${one ? 'Envoyer ce PDF' : this.shots.length > 1 ? `Envoyer les ${sayPages(this.shots.length)}` : 'Envoyer cette page'}
              </button>
            </div>`
          : ''
      }`;
  }

  private page(shot: Shot, i: number, open: boolean) {
    const { html } = this.kit;
    const act = (name: string, kind: string, does: () => unknown) =>
      html`<button class="link ${kind}" type="button" @click=${does}>
        ${name}<span class="hidden"> la page ${i + 1}</span>
      </button>`;
    if (isPDF(shot))
      return html`<li class="pdf">
        <span class="break">${shot.name}</span>
        ${open ? html`<button class="link drop" type="button" @click=${() => this.drop(i)}>Retirer<span class="hidden"> ce PDF</span></button>` : ''}
      </li>`;
    return html`<li>
      <img src=${shot.thumb!} width="84" height="84" alt="Aperçu de la page ${i + 1}" />
      <div>
        <p>Page ${i + 1} <span class="meta">${saySize(shot.blob.size)}</span></p>
        ${
          open
            ? html`<div class="doing">
                ${i ? act('Monter', 'up', () => this.move(i, -1)) : ''}
                ${i < this.shots.length - 1 ? act('Descendre', 'down', () => this.move(i, 1)) : ''}
                ${act('Tourner', 'turn', () => this.turn(i))} ${act('Retirer', 'drop', () => this.drop(i))}
              </div>`
            : ''
        }
      </div>
    </li>`;
  }
}

const NOT_TAKEN =
  'Le dépôt n’a pas accepté ces pages. Réessayez ; si cela recommence, envoyez-nous la convention par e-mail ou par courrier.';
