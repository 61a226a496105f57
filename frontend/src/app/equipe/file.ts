/** One file: what to say now, everything that can be done, and everything that happened. */
import { Problem } from '../api.js';
import { sayInstant, sayLongDay } from '../french.js';
import { icon } from '../icons.js';
import { html, notice, nothing, Page } from '../page.js';
import { Poll } from '../sessions/live.js';
import { forms, type FormName } from './acts.js';
import { ask, download, send, sentence, type Act } from './client.js';
import type { Change, Duty, FileView, Happening, Role, Scan, SessionLine, StepView } from './contract.js';
import { drawForm, focusSummary, wrong } from './fields.js';
import { draft } from './kept.js';
import { MESSAGE } from './message.js';
import { land, say } from './say.js';
import { FRESH, settling, undoing } from './today.js';
import { dayShort, instant } from './words.js';

/** Whether a session has a seat that nobody waits for. */
const free = (s: SessionLine) => s.status === 'open' && !s.closed && s.taken < s.capacity && !s.waiting;

const KIND: Record<Happening['kind'], [icon: Parameters<typeof icon>[0], word: string]> = {
  created: ['paper', 'Inscription'],
  step: ['check', 'Étape'],
  mail: ['info', 'E-mail'],
  act: ['done', 'Geste de l’équipe'],
  note: ['paper', 'Note'],
  withdrawal: ['cross', 'Rétractation'],
};

/** What became of a signed contract. */
function contractState({ withdrawnAt, lastDay, keepsSeat }: NonNullable<FileView['contract']>) {
  if (withdrawnAt) return html`<br /><strong>Rétractation reçue ${sayInstant(withdrawnAt)}</strong>`;
  return html`${lastDay ? html`<br />Rétractation possible jusqu’au ${sayLongDay(lastDay)} inclus` : nothing}
  ${keepsSeat ? html`<br />Ne paie plus la place` : nothing}`;
}

const TYPE: Record<string, string> = { 'application/pdf': 'PDF', 'image/jpeg': 'photo', 'image/png': 'image' };

class File extends Page {
  static override properties = {
    fileId: { attribute: false },
    roles: { attribute: false },
    view: { state: true },
    open: { state: true },
    errors: { state: true },
    busy: { state: true },
    trouble: { state: true },
    moved: { state: true },
    sessions: { state: true },
    writing: { state: true },
    scan: { state: true },
  };
  declare fileId: string;
  declare roles: Role[];
  declare view?: FileView;
  declare open: FormName | '';
  declare errors: Record<string, string>;
  declare busy: boolean;
  declare trouble: string;
  /** What others did since this page was opened, when that got in the way of an act. */
  declare moved?: Happening[];
  declare sessions?: SessionLine[];
  declare writing: boolean;
  /** The pages of the signed convention, once they were asked for. */
  declare scan?: Scan;
  private readonly poll = new Poll(() => this.refresh(), FRESH);

  constructor() {
    super();
    this.reset();
  }

  private reset() {
    this.view = undefined;
    this.open = '';
    this.errors = {};
    this.busy = false;
    this.trouble = '';
    this.moved = undefined;
    this.writing = false;
    this.scan = undefined;
  }

  override connectedCallback() {
    super.connectedCallback();
    this.poll.start();
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.poll.stop();
  }

  protected override willUpdate(changed: Map<string, unknown>) {
    if (!changed.has('fileId')) return;
    this.reset();
    void this.load();
  }

  protected override updated(changed: Map<string, unknown>) {
    super.updated(changed);
    if (this.view) this.name(this.view.file.name, wrong(this));
  }

  private get path() {
    return `/files/${encodeURIComponent(this.fileId)}`;
  }

  private async load() {
    try {
      this.view = await ask<FileView>(this.path);
      const unsent = draft.under(this.fileId);
      this.writing = unsent.includes(MESSAGE);
      const form = unsent.find((name): name is FormName => name in forms);
      if (form) this.show(form);
      await land(this);
    } catch (error) {
      this.name('Dossier introuvable');
      this.trouble = sentence(error);
    }
  }

  /** Reads again what nobody is changing here; a form that is open keeps the file as it was when it was opened. */
  private async refresh() {
    if (this.open || this.writing || !this.view) return;
    try {
      this.view = await ask<FileView>(this.path, true);
    } catch {
      /* the next turn will say */
    }
  }

  protected override render() {
    if (!this.view)
      return this.trouble
        ? html`<h1>Dossier introuvable</h1>
            <p>${this.trouble}</p>
            <p><a href="#/">Revenir à aujourd’hui</a></p>`
        : html`<h1>Dossier</h1>
            <p class="waiting">Un instant…</p>`;
    const v = this.view;
    return html`${this.head(v)} ${this.moved ? this.whatMoved(this.moved) : nothing}
      ${v.duty ? this.duty(v.duty) : nothing} ${this.openForm()} ${this.writing ? this.message(v) : nothing}
      <div class="file">
        <div>${this.say(v)} ${this.steps(v)} ${this.timeline(v)}</div>
        <div>${this.facts(v)} ${this.convention(v)} ${this.returned(v)} ${this.invoice(v)} ${this.acts(v)}</div>
      </div>`;
  }

  private head({ file: f, position, offeredUntil, person }: FileView) {
    return html`<div class="head">
      <h1>${f.name}</h1>
      <p class="meta">
        ${f.reference} · <strong>${f.statusLabel}</strong>${position ? html`, rang ${position}` : nothing}${
          offeredUntil ? html`, à prendre avant ${sayInstant(offeredUntil)}` : nothing
        }
        · ${f.fundingLabel}
      </p>
      <p class="reach">
        ${
          f.phone
            ? html`<a class="tel" href="tel:${f.phone}">${icon('phone')}<span>${f.phoneLabel ?? f.phone}</span></a>`
            : html`<span class="meta">Pas de téléphone</span>`
        }
        <a class="break" href="mailto:${person.email}">${person.email}</a>
        ${f.unreachable ? html`<span class="tag late">${icon('alert')} Ses e-mails reviennent</span>` : nothing}
      </p>
    </div>`;
  }

  private whatMoved(moved: Happening[]) {
    return html`<div role="alert" id="change" tabindex="-1">
      ${notice(
        'warm',
        html`<h2>Ce dossier a changé pendant que vous l’aviez ouvert</h2>
          <p>Rien de ce que vous avez demandé n’a été écrit. Voici ce qui a changé :</p>
          ${
            moved.length
              ? html`<ul class="moved">
                  ${moved.map((h) => html`<li>${this.happening(h)}</li>`)}
                </ul>`
              : html`<p>Son état ou ses étapes : relisez-les ci-dessous.</p>`
          }
          <p>Votre saisie est gardée : si elle a encore un sens, envoyez-la de nouveau.</p>`,
      )}
    </div>`;
  }

  private duty(d: Duty) {
    const may = this.roles.includes('gestion') && settling({ ...d, file: this.view!.file });
    return html`<section class="panel now" aria-label="À faire">
      <p class="text">
        ${d.late ? html`<span class="tag late">${icon('alert')} En retard</span> ` : nothing}<strong>${d.text}</strong>
      </p>
      <p class="meta">Avant la fin du ${d.dueLabel}.</p>
      ${
        may
          ? html`<div class="actions">
              <button class="button" type="button" @click=${this.settle} aria-disabled=${this.busy ? 'true' : nothing}>
                ${d.actLabel}
              </button>
              <button
                class="button quiet"
                type="button"
                aria-expanded=${this.open === 'report'}
                @click=${() => this.show('report')}
              >
                Reporter
              </button>
            </div>`
          : nothing
      }
    </section>`;
  }

  private say({ say: s }: FileView) {
    if (!s) return nothing;
    return html`<section class="panel">
      <h2>Que lui dire maintenant</h2>
      <p><strong>${s.title}.</strong> ${s.summary}</p>
      ${(s.body ?? []).map((text) => html`<p>${text}</p>`)}
      ${
        s.help?.length
          ? html`<details>
              <summary>Si cela bloque</summary>
              <ul>
                ${s.help.map((text) => html`<li>${text}</li>`)}
              </ul>
            </details>`
          : nothing
      }
      ${s.helpline ? html`<p>Assistance : <strong class="nowrap">${s.helpline}</strong></p>` : nothing}
    </section>`;
  }

  private steps(v: FileView) {
    return html`<section>
      <h2>Étapes</h2>
      <ul class="lines">
        ${v.steps.map((s) => html`<li>${this.step(s, v.can)}</li>`)}
      </ul>
    </section>`;
  }

  private step(s: StepView, can: string[]) {
    const about = html`<span class="hidden"> : ${s.title}</span>`;
    return html`<div class="step">
      ${icon(s.done ? 'done' : 'todo', s.done ? 'ok' : '')}
      <p>
        ${s.title}
        <span class="meta"
          >${
            s.done
              ? `${s.by === 'staff' ? 'noté par l’équipe' : 'déclaré par l’élu'}${s.at ? ` le ${dayShort(s.at)}` : ''}`
              : s.opensAt && Date.parse(s.opensAt) > Date.now()
                ? `possible à partir du ${dayShort(s.opensAt)}`
                : 'à faire'
          }</span
        >
      </p>
      ${
        can.includes(`tick:${s.key}`)
          ? html`<button class="button quiet" type="button" @click=${() => this.tick(s, true)}>
              Noter fait${about}
            </button>`
          : nothing
      }
      ${
        can.includes(`untick:${s.key}`)
          ? html`<button class="link" type="button" @click=${() => this.tick(s, false)}>
              Remettre à faire${about}
            </button>`
          : nothing
      }
    </div>`;
  }

  private timeline({ timeline }: FileView) {
    return html`<section>
      <h2>Ce qui s’est passé</h2>
      <ol class="timeline">
        ${[...timeline].reverse().map((h) => html`<li class=${h.kind}>${this.happening(h)}</li>`)}
      </ol>
    </section>`;
  }

  private happening(h: Happening) {
    const [drawing, word] = KIND[h.kind];
    const bad = ['bounced', 'refused', 'dead'].includes(h.state ?? '');
    return html`<p class="with">
      ${icon(bad ? 'alert' : drawing)}
      <span>
        <span class="meta"><span class="hidden">${word}, </span>${instant(h.at)}${h.by ? `, ${h.by}` : ''}</span><br />
        <span class=${bad ? 'bad-text' : ''}>${h.text}</span>
        ${h.reason ? html`<br /><span class="meta">Motif : ${h.reason}</span>` : nothing}
        ${(h.changes ?? []).map((c) => html`<br /><span class="meta">${this.change(c)}</span>`)}
      </span>
    </p>`;
  }

  private change({ field, before, after }: Change) {
    return html`${field} :
    ${before ? html`<del>${before}</del> → ` : nothing}${after ? html`<ins>${after}</ins>` : 'retiré'}`;
  }

  private facts({
    file: f,
    person: p,
    mandate,
    payer,
    contact,
    contract,
    needs,
    remindersOff,
    pageUrl,
    createdAt,
  }: FileView) {
    const line = (name: string, value: unknown) =>
      value
        ? html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`
        : nothing;
    return html`<section>
      <h2>Dossier</h2>
      <dl class="facts">
        ${line(
          'Session',
          html`<a href="#/sessions/${encodeURIComponent(f.sessionId)}">${f.sessionTitle}</a>,
            ${sayInstant(f.sessionStart)}`,
        )}
        ${line('Nom de naissance', p.birthName)} ${line('Mandat', mandate.title)} ${line('Collectivité', f.authority)}
        ${line('Organisme qui paie', payer?.name)} ${line('À préparer pour la session', needs)}
        ${line('Contact à la collectivité', contact && html`${contact.name}<br /><span class="break">${contact.email}</span>${contact.from ? html`<br />Demande transmise par ${contact.from}` : nothing}${contact.silent ? html`<br /><strong>Ne veut plus d’e-mails : à appeler</strong>` : nothing}`)}
        ${line('Contrat signé', contract && html`N°&nbsp;<span class="break">${contract.number}</span>, le ${sayLongDay(contract.signedAt)}${contractState(contract)}`)}
        ${line('Rappels', remindersOff && 'arrêtés par l’élu')} ${line('Inscrit le', instant(createdAt))}
      </dl>
      ${
        pageUrl
          ? html`<p>
              <a href=${pageUrl} target="_blank" rel="noreferrer">Voir sa page, comme il la voit</a>
              <span class="meta">(nouvel onglet)</span>
            </p>`
          : nothing
      }
    </section>`;
  }

  /** The convention as it was signed online: to read before countersigning it, and after. */
  private convention({ reply, file }: FileView) {
    const s = reply?.online;
    if (!s) return nothing;
    return html`<section class="noprint">
      <h2>Convention en ligne</h2>
      <p>
        Signée pour la collectivité par ${s.by}, ${s.function}, le ${sayInstant(s.at)}.
        ${s.forAt ? html`Contresignée par ${s.for}, le ${sayInstant(s.forAt)}.` : nothing}
      </p>
      ${
        s.stale
          ? html`<p><strong>Sans effet : la convention a changé depuis. La nouvelle est à signer.</strong></p>`
          : html`<p>
              <button
                class="button quiet"
                type="button"
                @click=${() => this.take('convention-signee', `convention-signee-${file.reference}`)}
              >
                Lire ce qui est signé (PDF)
              </button>
            </p>`
      }
    </section>`;
  }

  /** The convention as it came back, signed by hand. */
  private returned({ reply }: FileView) {
    const n = reply?.scanPages;
    if (!n) return nothing;
    const what = ({ number, type, size }: Scan['pages'][number]) =>
      `${n > 1 ? `Page ${number}` : 'Convention signée'} (${TYPE[type] ?? 'photo'}, ${Math.ceil(size / 1000)} Ko)`;
    return html`<section class="noprint">
      <h2>Convention signée reçue</h2>
      <p>${n > 1 ? `${n} pages envoyées` : 'Un fichier envoyé'} le ${sayInstant(reply.signedAt!)}.</p>
      ${reply.stale ? html`<p><strong>La convention a changé depuis : la nouvelle est à signer.</strong></p>` : nothing}
      ${
        this.scan
          ? html`<ul class="scan">
                ${this.scan.pages.map((p) => html`<li><a href=${p.url} rel="noreferrer">${what(p)}</a></li>`)}
              </ul>
              <p class="meta">Ces liens valent cinq minutes.</p>`
          : nothing
      }
      <p>
        <button class="button quiet" type="button" @click=${this.fetchScan}>
          ${this.scan ? 'Redemander les liens' : 'Télécharger la convention signée'}
        </button>
      </p>
    </section>`;
  }

  private readonly fetchScan = async () => {
    try {
      this.scan = await ask<Scan>(`${this.path}/scan`);
      await this.updateComplete;
      this.querySelector<HTMLElement>('.scan a')?.focus();
    } catch (error) {
      say(this, { tone: 'alert', text: sentence(error) });
    }
  };

  /** The invoice, or what is missing to make it and where that is. */
  private invoice({ invoice: i }: FileView) {
    if (!i) return nothing;
    return html`<section class="noprint">
      <h2>Facture</h2>
      ${
        i.number
          ? html`<p>Facture n°&nbsp;${i.number}.</p>
              <p>
                <button class="button quiet" type="button" @click=${() => this.take('facture', i.number!)}>
                  Prendre la facture (PDF)
                </button>
              </p>`
          : i.with
            ? html`<p>Elle est faite avec <a href="#/dossiers/${i.with}">le dossier du groupe</a>.</p>`
            : i.missing.length
              ? html`<p>Pas encore possible. Il manque&nbsp;:</p>
                  <ul>
                    ${i.missing.map((m) => html`<li><strong>${m.what}</strong>. ${m.ask}</li>`)}
                  </ul>`
              : html`<p>Tout est là pour la faire.</p>`
      }
      ${
        i.credited
          ? html`<ul>
              ${i.credited.map(
                (c) =>
                  html`<li>
                    <p>Facture n°&nbsp;${c.invoice}, annulée par l’avoir n°&nbsp;${c.credit}.</p>
                    <div class="actions">
                      ${[c.invoice, c.credit].map(
                        (number) =>
                          html`<button class="button quiet" type="button" @click=${() => this.take(number)}>
                            Prendre ${number} (PDF)
                          </button>`,
                      )}
                    </div>
                  </li>`,
              )}
            </ul>`
          : nothing
      }
    </section>`;
  }

  private async take(kind: string, name = kind) {
    try {
      await download(`/files/${encodeURIComponent(this.fileId)}/documents/${kind}`, `${name}.pdf`);
    } catch (error) {
      say(this, { tone: 'alert', text: sentence(error) });
    }
  }

  private acts({ can }: FileView) {
    const open = (Object.keys(forms) as FormName[]).filter((name) => can.includes(forms[name].needs));
    if (!open.length) return nothing;
    return html`<section class="noprint">
      <h2>Que faire</h2>
      <ul class="rows">
        ${
          can.includes(MESSAGE)
            ? html`<li>
                <button type="button" aria-expanded=${this.writing} @click=${() => (this.writing = !this.writing)}>
                  Écrire un message
                </button>
              </li>`
            : nothing
        }
        ${open.map(
          (name) =>
            html`<li>
              <button type="button" aria-expanded=${this.open === name} @click=${() => this.show(name)}>
                ${forms[name].title}
              </button>
            </li>`,
        )}
      </ul>
    </section>`;
  }

  private message({ file }: FileView) {
    return html`<ec-team-message
      .sessionId=${file.sessionId}
      .file=${file.id}
      .whom=${file.name}
      @done=${() => {
        this.writing = false;
        void this.refreshNow();
      }}
    ></ec-team-message>`;
  }

  private show(name: FormName) {
    if (this.open) draft.drop(`${this.fileId}:${this.open}`);
    this.open = this.open === name ? '' : name;
    this.errors = {};
    if (name === 'session' && !this.sessions) void this.loadSessions();
    if (this.open) void this.updateComplete.then(() => this.toForm());
  }

  private toForm() {
    const title = this.querySelector<HTMLElement>('form.act > h2');
    title?.scrollIntoView({ block: 'center' });
    title?.focus({ preventScroll: true });
  }

  private async loadSessions() {
    const from = new Date().toISOString().slice(0, 10);
    try {
      const { sessions } = await ask<{ sessions: SessionLine[] }>(`/sessions?from=${from}`);
      this.sessions = sessions.filter((s) => free(s) && s.id !== this.view?.file.sessionId);
    } catch (error) {
      say(this, { tone: 'alert', text: sentence(error) });
    }
  }

  private openForm() {
    if (!this.open || !this.view) return nothing;
    const form = forms[this.open];
    const at = { view: this.view, sessions: this.sessions };
    return drawForm({
      id: `${this.fileId}:${this.open}`,
      title: form.title,
      effect: form.effect,
      start: form.start(at),
      fields: (state) => form.fields(state, at),
      button: form.button,
      danger: form.danger,
      errors: this.errors,
      busy: this.busy,
      send: (values) =>
        void this.carry({
          ...form.act(values, at),
          path: this.path + form.path,
          etag: this.view!.etag,
          form: `${this.fileId}:${this.open}`,
        }),
      close: () => {
        draft.drop(`${this.fileId}:${this.open}`);
        this.open = '';
        this.moved = undefined;
      },
    });
  }

  private readonly settle = () => {
    const d = { ...this.view!.duty!, file: this.view!.file };
    const act = settling(d);
    if (act) void this.carry({ ...act, etag: this.view!.etag }, (after) => undoing(d, after));
  };

  private tick(s: StepView, done: boolean) {
    const path = `${this.path}/steps/${encodeURIComponent(s.key)}`;
    const etag = this.view!.etag;
    const said = (yes: boolean) => `${yes ? 'Noté fait' : 'Remis à faire'} : ${s.title}.`;
    const one = (yes: boolean, tag: string): Act => ({
      method: yes ? 'PUT' : 'DELETE',
      path,
      body: {},
      etag: tag,
      said: said(yes),
    });
    void this.carry(one(done, etag), (after) => one(!done, after.etag));
  }

  private async carry(act: Act, undo?: (after: FileView) => Act | undefined) {
    if (this.busy) return;
    this.busy = true;
    this.errors = {};
    try {
      const after = await send<FileView>(act);
      this.open = '';
      this.moved = undefined;
      this.view = after;
      const back = undo?.(after);
      say(this, { tone: 'good', text: act.said, undo: back && (() => this.carry(back)) });
    } catch (error) {
      await this.failed(error);
    } finally {
      this.busy = false;
    }
  }

  private async failed(error: unknown) {
    if (error instanceof Problem && (error.kind === 'changed' || error.kind === 'if-match')) return this.readAgain();
    if (error instanceof Problem && this.open && Object.keys(error.fields).length) {
      this.errors = error.fields;
      await this.updateComplete;
      return focusSummary(this);
    }
    say(this, { tone: 'alert', text: sentence(error) });
    if (error instanceof Problem && error.status < 500) await this.refreshNow();
  }

  /** Somebody else was first: shows what they did, and keeps what is typed here. */
  private async readAgain() {
    const before = this.view!;
    await this.refreshNow();
    const known = new Set(before.timeline.map((h) => h.at + h.text));
    this.moved = this.view!.timeline.filter((h) => !known.has(h.at + h.text));
    await this.updateComplete;
    const said = this.querySelector<HTMLElement>('#change');
    said?.scrollIntoView({ block: 'start' });
    said?.focus({ preventScroll: true });
  }

  private async refreshNow() {
    try {
      this.view = await ask<FileView>(this.path);
    } catch (error) {
      say(this, { tone: 'alert', text: sentence(error) });
    }
  }
}

customElements.define('ec-team-file', File);
