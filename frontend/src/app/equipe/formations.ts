/** The formations, and the form of one: a new one, or one that changes. */
import type { FormState, Values } from '../form.js';
import { textField } from '../form.js';
import { sayPrice } from '../french.js';
import { html, nothing, Page } from '../page.js';
import { ask, sentence } from './client.js';
import type { FormationForm, FormationText, Role } from './contract.js';
import { dayField, longField, reasonField, tickField } from './fields.js';
import { Reviewed } from './review.js';
import { land } from './say.js';

const NEW = 'nouvelle';

interface Line {
  slug: string;
  title: string;
  theme: string;
  hours: number;
  priceCents: number;
  difeEligible: boolean;
  sessions: number;
}

class Formations extends Page {
  static override properties = { roles: { attribute: false }, list: { state: true }, trouble: { state: true } };
  declare roles: Role[];
  declare list?: Line[];
  declare trouble: string;

  constructor() {
    super();
    this.roles = [];
    this.trouble = '';
  }

  override connectedCallback() {
    super.connectedCallback();
    this.name('Formations');
    void this.load().then(() => land(this));
  }

  private async load() {
    try {
      this.list = (await ask<{ formations: Line[] }>('/formations')).formations;
    } catch (error) {
      this.trouble = sentence(error);
    }
  }

  protected override render() {
    const may = this.roles.includes('gestion');
    return html`<div class="tools">
        <h1>Formations</h1>
        ${may ? html`<a class="button quiet" href="#/formations/${NEW}">Nouvelle formation</a>` : nothing}
      </div>
      ${
        this.list
          ? html`<table class="dense">
              <caption class="hidden">
                Formations du catalogue
              </caption>
              <thead>
                <tr>
                  <th scope="col">Formation</th>
                  <th scope="col">Heures</th>
                  <th scope="col">Prix HT</th>
                  <th scope="col">DIFE</th>
                  <th scope="col">Sessions à venir</th>
                </tr>
              </thead>
              <tbody>
                ${this.list.map(
                  (f) =>
                    html`<tr>
                      <th scope="row">
                        ${may ? html`<a href="#/formations/${f.slug}">${f.title}</a>` : f.title}<br />
                        <span class="meta">${f.theme}</span>
                      </th>
                      <td><span class="only-narrow">Heures&nbsp;: </span>${String(f.hours).replace('.', ',')}</td>
                      <td><span class="only-narrow">Prix HT&nbsp;: </span>${sayPrice(f.priceCents)}</td>
                      <td><span class="only-narrow">DIFE&nbsp;: </span>${f.difeEligible ? 'oui' : 'non'}</td>
                      <td><span class="only-narrow">Sessions à venir&nbsp;: </span>${f.sessions}</td>
                    </tr>`,
                )}
              </tbody>
            </table>`
          : html`<p class=${this.trouble ? '' : 'waiting'}>${this.trouble || 'Un instant…'}</p>`
      }`;
  }
}

type Words = Exclude<
  keyof FormationText,
  'slug' | 'programme' | 'hours' | 'priceEuros' | 'difeEligible' | 'maxParticipants'
>;

/** The long texts, in the order of the paper. */
const TEXTS: [id: Words, label: string, hint?: string][] = [
  ['summary', 'Résumé', 'Deux phrases, dans la liste des sessions'],
  ['theme', 'Thème du répertoire', 'Le libellé du répertoire ministériel, recopié'],
  ['objective', 'Objectif'],
];
const MORE: [id: Words, label: string, hint?: string][] = [
  ['prerequisites', 'Prérequis'],
  ['audience', 'Public visé'],
  ['methods', 'Moyens pédagogiques'],
  ['evaluation', 'Évaluation'],
  ['outcome', 'Sanction de la formation', 'Ce qui est remis à la fin'],
  ['accessibility', 'Accessibilité aux personnes handicapées'],
  ['trainers', 'Formateurs', 'Leurs titres ou leurs références'],
  ['accessTime', 'Délai d’accès'],
];

const comma = (n: number) => (n ? String(n).replace('.', ',') : '');
const decimal = (text = '') => Number(text.trim().replace(',', '.').replace(/\s/g, '')) || 0;

function valuesOf({ formation: f }: FormationForm): Values {
  const values: Values = { reason: '' };
  for (const [name, value] of Object.entries(f)) if (typeof value === 'string') values[name] = value;
  return {
    ...values,
    programme: (f.programme ?? []).join('\n'),
    hours: comma(f.hours),
    priceEuros: comma(f.priceEuros),
    maxParticipants: f.maxParticipants ? String(f.maxParticipants) : '',
    difeEligible: f.difeEligible ? 'oui' : '',
  };
}

export function formationOf(values: Values, slug: string): FormationText {
  const text = (name: string) => (values[name] ?? '').trim();
  const words = {} as Record<Words, string>;
  for (const [id] of [...TEXTS, ...MORE]) words[id] = text(id).replace(/\s*\n\s*/g, ' ');
  return {
    ...words,
    slug,
    title: text('title'),
    programme: text('programme')
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean),
    hours: decimal(values['hours']),
    priceEuros: decimal(values['priceEuros']),
    maxParticipants: Math.trunc(decimal(values['maxParticipants'])),
    difeEligible: text('difeEligible') === 'oui',
    monCompteElu: text('monCompteElu'),
    monCompteEluNumber: text('monCompteEluNumber'),
    version: text('version'),
  };
}

class FormationPage extends Reviewed {
  static override properties = {
    slug: { attribute: false },
    form: { state: true },
    trouble: { state: true },
  };
  declare slug: string;
  declare form?: FormationForm;
  declare trouble: string;

  constructor() {
    super();
    this.trouble = '';
  }

  protected get key() {
    return `formation.${this.slug}:modifier`;
  }

  protected get fresh() {
    return this.slug === NEW;
  }

  protected override willUpdate(changed: Map<string, unknown>) {
    if (!changed.has('slug')) return;
    this.form = undefined;
    this.ready = undefined;
    this.errors = {};
    void this.load().then(() => land(this));
  }

  private async load() {
    try {
      this.form = await ask<FormationForm>(`/formations/${encodeURIComponent(this.slug)}/form`);
    } catch (error) {
      this.trouble = sentence(error);
    }
  }

  protected override render() {
    const title = this.fresh ? 'Nouvelle formation' : 'Modifier la formation';
    this.name(title, !!Object.keys(this.errors).length);
    return html`<p class="back"><a href="#/formations">Toutes les formations</a></p>
      <h1>${title}</h1>
      ${
        this.form
          ? this.ready
            ? this.check(this.ready)
            : this.write(this.form)
          : html`<p class=${this.trouble ? '' : 'waiting'}>${this.trouble || 'Un instant…'}</p>`
      }`;
  }

  private write(form: FormationForm) {
    return this.typing(
      {
        title: form.formation.title || 'La formation',
        effect: 'Qui est déjà inscrit garde ce qui lui a été promis. Rien n’est écrit avant que vous ayez relu.',
        start: valuesOf(form),
        fields: (state) => this.fields(state),
      },
      () => {
        location.hash = '#/formations';
      },
    );
  }

  private fields(state: FormState) {
    const long = ([id, label, hint]: [Words, string, string?]) =>
      longField({ id, label, hint, limit: 2000, rows: 3, required: true }, state);
    return html`${textField({ id: 'title', label: 'Titre', limit: 120, required: true }, state)} ${TEXTS.map(long)}
      ${longField(
        { id: 'programme', label: 'Programme', hint: 'Une ligne par point', limit: 6000, rows: 6, required: true },
        state,
      )}
      <div class="pair">
        ${textField({ id: 'hours', label: 'Heures', hint: 'Comme 7 ou 7,5', limit: 6, required: true }, state)}
        ${textField({ id: 'priceEuros', label: 'Prix HT, en euros', hint: 'Par participant', limit: 9, required: true }, state)}
        ${textField({ id: 'maxParticipants', label: 'Participants au plus', inputmode: 'numeric', limit: 4, required: true }, state)}
        ${dayField({ id: 'version', label: 'Date du programme', required: true }, state)}
      </div>
      ${tickField({ id: 'difeEligible', label: 'Ouverte au DIFE' }, state)} ${MORE.map(long)}
      ${textField({ id: 'monCompteElu', label: 'Lien sur Mon Compte Élu', limit: 2000, optional: true }, state)}
      ${this.fresh ? nothing : textField({ id: 'monCompteEluNumber', label: 'Numéro sur Mon Compte Élu', optional: true }, state)}
      ${this.fresh ? nothing : reasonField(state, false, 'Gardé dans le journal.')}`;
  }

  protected act(preview: boolean) {
    const slug = this.fresh ? (this.ready?.id ?? '') : this.slug;
    return {
      path: this.fresh ? '/formations' : `/formations/${encodeURIComponent(this.slug)}`,
      body: { formation: formationOf(this.values, slug), reason: this.values['reason'] ?? '', preview },
      etag: this.fresh ? undefined : this.form!.etag,
    };
  }

  protected get action() {
    return 'Enregistrer';
  }

  protected afterwards(): [string, string] {
    return ['#/formations', 'La formation est enregistrée.'];
  }
}

customElements.define('ec-team-formations', Formations);
customElements.define('ec-team-formation', FormationPage);
