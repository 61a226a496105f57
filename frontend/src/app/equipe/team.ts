/** The team, for its direction: who is in it, with which roles; and who did what. */
import { errorSummary, focusSummary, read, textField } from '../form.js';
import { Problem } from '../api.js';
import { html, nothing, Page } from '../page.js';
import { ask, send, sentence } from './client.js';
import type { AuditLine, Member, Role } from './contract.js';
import { inOrder, wrong } from './fields.js';
import { draft } from './kept.js';
import { land, say } from './say.js';
import { dayShort, instant } from './words.js';

const ROLES: [Role, string, string][] = [
  ['gestion', 'Gestion', 'tient les inscriptions : tous les gestes du jour'],
  ['lecture', 'Lecture', 'voit tout, ne change rien'],
  ['direction', 'Direction', 'voit tout, tient l’équipe, donne une place hors de l’ordre'],
];
const FORM = 'equipe:inviter';

class People extends Page {
  static override properties = {
    people: { state: true },
    leaving: { state: true },
    errors: { state: true },
    busy: { state: true },
    trouble: { state: true },
  };
  declare people?: Member[];
  declare leaving: string;
  declare errors: Record<string, string>;
  declare busy: boolean;
  declare trouble: string;

  constructor() {
    super();
    this.leaving = '';
    this.errors = {};
    this.busy = false;
    this.trouble = '';
  }

  override connectedCallback() {
    super.connectedCallback();
    void this.load();
    void land(this);
  }

  protected override updated(changed: Map<string, unknown>) {
    super.updated(changed);
    this.name('Équipe', wrong(this));
  }

  private async load() {
    try {
      this.people = (await ask<{ people: Member[] }>('/team')).people;
    } catch (error) {
      this.trouble = sentence(error);
    }
  }

  protected override render() {
    return html`${errorSummary(this.errors, inOrder(this.errors))}
      <h1>Équipe</h1>
      ${this.trouble ? html`<p>${this.trouble}</p>` : nothing}
      ${this.people ? this.table(this.people) : this.trouble ? nothing : html`<p class="waiting">Un instant…</p>`}
      ${this.people ? this.invite() : nothing}`;
  }

  private table(people: Member[]) {
    return html`<table class="dense">
      <caption class="hidden">
        Personnes de l’équipe
      </caption>
      <thead>
        <tr>
          <th scope="col">Personne</th>
          <th scope="col">Rôles</th>
          <th scope="col">Venue</th>
          <th scope="col"><span class="hidden">Gestes</span></th>
        </tr>
      </thead>
      <tbody>
        ${people.map((p) => this.row(p))}
      </tbody>
    </table>`;
  }

  private row(p: Member) {
    const who = p.name || p.email;
    return html`<tr>
      <th scope="row">${who}<br />${p.name ? html`<span class="meta break">${p.email}</span>` : nothing}</th>
      <td>${p.roles.map((r) => ROLES.find(([key]) => key === r)?.[1] ?? r).join(', ')}</td>
      <td>
        ${
          p.joined
            ? p.lastSeenAt
              ? `vue le ${dayShort(p.lastSeenAt)}`
              : 'venue'
            : `invitée le ${dayShort(p.invitedAt)}, pas encore venue`
        }
      </td>
      <td class="noprint">
        ${
          this.leaving === p.id
            ? html`<div role="group" aria-label="Retirer ${who}">
                <p>Son accès s’arrête aussitôt, même au milieu d’un geste. Ce qui est écrit le reste.</p>
                <button class="button danger" type="button" @click=${() => this.takeOut(p)}>Retirer ${who}</button>
                <button class="button quiet" type="button" @click=${() => (this.leaving = '')}>Ne rien faire</button>
              </div>`
            : html`<button class="link" type="button" @click=${() => (this.leaving = p.id)}>
                Retirer<span class="hidden"> ${who}</span>
              </button>`
        }
      </td>
    </tr>`;
  }

  private invite() {
    const values = draft.get(FORM) ?? {};
    return html`<section>
      <h2>Ajouter une personne, ou changer ses rôles</h2>
      <p>
        La personne entre avec cette adresse à sa première connexion. Elle doit aussi avoir un compte au service de
        connexion : s’il n’est pas le vôtre, voyez avec qui tient l’hébergement.
      </p>
      <form class="act" novalidate @input=${this.keep} @change=${this.keep} @submit=${this.submit}>
        ${textField({ id: 'email', label: 'Adresse e-mail', type: 'email', inputmode: 'email', limit: 254, required: true }, { values, errors: this.errors })}
        <fieldset class="field ${this.errors['roles'] ? 'bad' : ''}">
          <legend>Rôles (un au moins)</legend>
          ${this.errors['roles'] ? html`<p class="error">${this.errors['roles']}</p>` : nothing}
          ${ROLES.map(
            ([key, title, hint], i) =>
              html`<label class="choice"
                ><input
                  type="checkbox"
                  name=${key}
                  id=${i ? `role-${key}` : 'roles'}
                  value="oui"
                  ?checked=${!!values[key]}
                />
                <span><span class="name">${title}</span><span class="more">${hint}</span></span></label
              >`,
          )}
        </fieldset>
        <div class="actions">
          <button class="button" aria-disabled=${this.busy ? 'true' : nothing}>Ajouter</button>
        </div>
      </form>
    </section>`;
  }

  private readonly keep = (event: Event) => draft.set(FORM, read(event.currentTarget as HTMLFormElement));

  private readonly submit = async (event: Event) => {
    event.preventDefault();
    if (this.busy) return;
    const form = event.currentTarget as HTMLFormElement;
    const values = read(form);
    const roles = ROLES.map(([key]) => key).filter((key) => values[key]);
    const email = values['email'] ?? '';
    const said = `${email} est dans l’équipe.`;
    this.busy = true;
    try {
      await send<Member>({ method: 'POST', path: '/team', body: { email, roles }, form: FORM, said });
      this.errors = {};
      form.reset();
      say(this, { tone: 'good', text: said });
      await this.load();
    } catch (error) {
      this.errors = error instanceof Problem ? error.fields : {};
      await this.updateComplete;
      if (Object.keys(this.errors).length) focusSummary(this);
      else say(this, { tone: 'alert', text: sentence(error) });
    } finally {
      this.busy = false;
    }
  };

  private async takeOut(p: Member) {
    this.leaving = '';
    const said = `${p.name || p.email} n’est plus de l’équipe.`;
    try {
      await send({ method: 'DELETE', path: `/team/${encodeURIComponent(p.id)}`, said });
      say(this, { tone: 'good', text: said });
    } catch (error) {
      say(this, { tone: 'alert', text: sentence(error) });
    }
    await this.load();
  }
}

class Journal extends Page {
  static override properties = { lines: { state: true }, next: { state: true }, trouble: { state: true } };
  declare lines?: AuditLine[];
  declare next: string;
  declare trouble: string;

  constructor() {
    super();
    this.next = '';
    this.trouble = '';
  }

  override connectedCallback() {
    super.connectedCallback();
    this.name('Journal');
    void this.load();
    void land(this);
  }

  private readonly load = async () => {
    try {
      const page = await ask<{ lines: AuditLine[]; next?: string }>(
        `/audit${this.next ? `?cursor=${encodeURIComponent(this.next)}` : ''}`,
      );
      this.lines = [...(this.lines ?? []), ...page.lines];
      this.next = page.next ?? '';
    } catch (error) {
      this.trouble = sentence(error);
    }
  };

  protected override render() {
    return html`<h1>Journal</h1>
      <p>Ce que l’équipe a fait depuis un mois, et pourquoi.</p>
      ${this.trouble ? html`<p>${this.trouble}</p>` : nothing}
      ${this.lines ? this.table(this.lines) : this.trouble ? nothing : html`<p class="waiting">Un instant…</p>`}
      ${
        this.next
          ? html`<p><button class="button quiet" type="button" @click=${this.load}>Voir la suite</button></p>`
          : nothing
      }`;
  }

  private table(lines: AuditLine[]) {
    if (!lines.length) return html`<p>Rien encore.</p>`;
    return html`<table class="dense">
      <caption class="hidden">
        Gestes de l’équipe
      </caption>
      <thead>
        <tr>
          <th scope="col">Quand</th>
          <th scope="col">Qui</th>
          <th scope="col">Quoi</th>
          <th scope="col">Pourquoi</th>
        </tr>
      </thead>
      <tbody>
        ${lines.map(
          (l) =>
            html`<tr>
              <td>${instant(l.at)}</td>
              <td>${l.who}</td>
              <td>
                ${l.file ? html`<a href="#/dossiers/${l.file}">${l.actLabel}</a>` : l.actLabel}
                ${l.changes.map(
                  (c) =>
                    html`<br /><span class="meta"
                        >${c.field} :
                        ${c.before ? html`<del>${c.before}</del> → ` : nothing}${c.after ? html`<ins>${c.after}</ins>` : 'retiré'}</span
                      >`,
                )}
              </td>
              <td>${l.reason || '–'}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }
}

customElements.define('ec-team-people', People);
customElements.define('ec-team-journal', Journal);
