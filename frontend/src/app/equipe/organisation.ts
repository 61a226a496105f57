/** The organisation’s settings, and the logo that its papers carry. */
import type { FormState, Values } from '../form.js';
import { textField } from '../form.js';
import { html, nothing, type TemplateResult } from '../page.js';
import { ask, sentence } from './client.js';
import type { OrganisationForm, OrganisationText } from './contract.js';
import { dayField, listField, longField, reasonField, tickField } from './fields.js';
import { Reviewed } from './review.js';
import { land, say } from './say.js';

/** The settings that are one text each, and that the form shows as they are. */
const PLAIN = [
  'name',
  'legalForm',
  'siret',
  'nda',
  'ndaRegion',
  'qualiopi',
  'email',
  'phone',
  'website',
  'dpoContact',
  'publisher',
  'host',
  'mediator',
  'paymentTerms',
  'earlyStopTerms',
  'iban',
  'internalRules',
  'alertEmail',
] as const;

const comma = (n?: number) => (n ? String(n).replace('.', ',') : '');
const oneLine = (text = '') => text.trim().replace(/\s*\n\s*/g, ' ');

/** What the fields begin with. */
export function valuesOf({ organisation: o }: OrganisationForm): Values {
  const values: Values = { reason: '' };
  for (const name of PLAIN) values[name] = o[name];
  return {
    ...values,
    address: (o.address ?? []).join('\n'),
    'agrement.number': o.agrement.number,
    'agrement.start': o.agrement.start,
    'agrement.end': o.agrement.end,
    'vat.exempt': o.vat.exempt ? 'oui' : '',
    'vat.ratePercent': comma(o.vat.ratePercent),
    'vat.mention': o.vat.mention,
    'representative.name': o.representative.name,
    'representative.function': o.representative.function,
    onlineSignature: o.onlineSignature ? 'oui' : '',
    difeAnswerDays: o.difeAnswerDays === undefined ? '' : String(o.difeAnswerDays),
  };
}

/** What is sent. The rate is not, for who is exempt. */
export function organisationOf(values: Values): OrganisationText {
  const text = (name: string) => oneLine(values[name]);
  const plain = {} as Record<(typeof PLAIN)[number], string>;
  for (const name of PLAIN) plain[name] = text(name);
  const exempt = text('vat.exempt') === 'oui';
  const rate = Number(text('vat.ratePercent').replace(',', '.')) || 0;
  return {
    ...plain,
    address: (values['address'] ?? '')
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean),
    agrement: { number: text('agrement.number'), start: text('agrement.start'), end: text('agrement.end') },
    vat: { exempt, mention: text('vat.mention'), ...(exempt ? {} : { ratePercent: rate }) },
    representative: { name: text('representative.name'), function: text('representative.function') },
    onlineSignature: text('onlineSignature') === 'oui',
    ...(text('difeAnswerDays') ? { difeAnswerDays: Number(text('difeAnswerDays')) } : {}),
  };
}

/** What the public pages say and the settings may change: how the form calls it. */
const PUBLIC: Record<string, string> = {
  name: 'raison sociale',
  legalForm: 'forme juridique',
  siret: 'SIRET',
  address: 'adresse postale',
  email: 'adresse e-mail',
  phone: 'téléphone',
  dpoContact: 'adresse pour les données personnelles',
  agrement: 'numéro d’agrément',
  nda: 'numéro de déclaration d’activité',
  ndaRegion: 'région de la déclaration',
  publisher: 'directeur ou directrice de la publication',
  host: 'hébergeur',
  mediator: 'médiateur',
};

/** What the public pages, made when the product was installed (`said`), do not say as the settings do: names of fields. */
export function behind(said: Record<string, string>, o: OrganisationText): string[] {
  const now = (name: string) =>
    name === 'address'
      ? (o.address ?? []).join(', ')
      : name === 'agrement'
        ? o.agrement.number
        : o[name as (typeof PLAIN)[number]];
  const same = (name: string) => said[name] === (now(name) ?? '').trim().replace(/\s+/g, ' ');
  return Object.keys(PUBLIC).flatMap((name) => (same(name) ? [] : [PUBLIC[name]!]));
}

/** A file as base64, nothing before it. */
const base64 = (file: Blob) =>
  new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve((reader.result as string).replace(/^[^,]*,/, ''));
    reader.onerror = () => reject(reader.error!);
    reader.readAsDataURL(file);
  });

const bytes = (text: string) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

class Organisation extends Reviewed {
  static override properties = {
    form: { state: true },
    trouble: { state: true },
    picture: { state: true },
  };
  declare form?: OrganisationForm;
  declare trouble: string;
  /** The logo chosen, as base64; empty takes it away, nothing keeps it. */
  declare picture?: string;

  constructor() {
    super();
    this.trouble = '';
  }

  protected readonly key = 'organisme:modifier';
  protected readonly fresh = false;
  protected readonly action = 'Enregistrer';

  override connectedCallback() {
    super.connectedCallback();
    void this.load().then(() => land(this));
  }

  private async load() {
    try {
      this.form = await ask<OrganisationForm>('/organisation');
    } catch (error) {
      this.trouble = sentence(error);
    }
  }

  protected override render() {
    this.name('Réglages de l’organisme', !!Object.keys(this.errors).length);
    return html`<p class="back"><a href="#/sessions">Toutes les sessions</a></p>
      <h1>Réglages de l’organisme</h1>
      ${
        this.form
          ? this.ready
            ? this.check(this.ready)
            : this.write(this.form)
          : html`<p class=${this.trouble ? '' : 'waiting'}>${this.trouble || 'Un instant…'}</p>`
      }`;
  }

  protected override updated() {
    void this.draw();
  }

  private get shown() {
    return this.picture ?? this.form?.picture ?? '';
  }

  /** The logo as it is, drawn: the pages accept no picture from elsewhere. */
  private async draw() {
    const canvas = this.querySelector('canvas');
    if (!canvas || canvas.dataset['of'] === this.shown) return;
    canvas.dataset['of'] = this.shown;
    try {
      const image = await createImageBitmap(new Blob([bytes(this.shown)]));
      const scale = Math.min(1, 320 / image.width, 120 / image.height);
      canvas.width = Math.max(1, Math.round(image.width * scale));
      canvas.height = Math.max(1, Math.round(image.height * scale));
      canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    } catch {
      this.errors = { ...this.errors, logo: 'Cette image ne peut pas être lue\u00a0: il faut un fichier PNG ou JPEG.' };
    }
  }

  private readonly choose = async (event: Event) => {
    const [file] = (event.currentTarget as HTMLInputElement).files ?? [];
    if (!file) return;
    if (file.size > 150_000) {
      this.errors = { ...this.errors, logo: 'Cette image est trop lourde\u00a0: 150 ko au plus.' };
      return;
    }
    this.errors = Object.fromEntries(Object.entries(this.errors).filter(([name]) => name !== 'logo'));
    this.picture = await base64(file);
  };

  private readonly takeAway = () => {
    this.picture = '';
    say(this, { tone: 'good', text: 'Le logo sera retiré quand vous enregistrerez.' });
  };

  /** Footers and legal pages are files: whoever changes the settings must know that they still say the former ones. */
  private stale({ organisation }: OrganisationForm) {
    const said = JSON.parse(this.closest<HTMLElement>('ec-team')?.dataset['pages'] ?? '{}') as Record<string, string>;
    const late = behind(said, organisation);
    if (!late.length) return nothing;
    return html`<div class="panel" id="pages">
      <p>
        <strong
          >Le pied des pages publiques et les mentions légales ne disent pas encore&nbsp;: ${late.join(', ')}.</strong
        >
        Ces pages sont faites à l’installation. Pour les mettre à jour, téléchargez le catalogue (page Sessions) et
        donnez-le à la personne qui installe Écharpe&nbsp;: elle relance <code>make deploy</code>.
      </p>
    </div>`;
  }

  private write(form: OrganisationForm) {
    return html`${this.stale(form)}
    ${this.typing(
      {
        title: form.organisation.name,
        effect: 'Qui est déjà inscrit garde ce qui lui a été promis. Rien n’est écrit avant que vous ayez relu.',
        start: valuesOf(form),
        fields: (state) => this.fields(state),
      },
      () => {
        this.picture = undefined;
        location.hash = '#/sessions';
      },
    )}`;
  }

  private fields(state: FormState) {
    const text = (id: string, label: string, more: { hint?: string; limit?: number; type?: 'email' | 'tel' } = {}) =>
      textField({ id, label, required: true, ...more }, state);
    const may = (id: string, label: string, more: { hint?: string; limit?: number } = {}) =>
      textField({ id, label, optional: true, ...more }, state);
    const long = (id: string, label: string, hint?: string) =>
      longField({ id, label, hint, limit: 2000, rows: 3, required: true }, state);
    const part = (title: string, fields: TemplateResult) =>
      html`<fieldset class="part">
        <legend>${title}</legend>
        ${fields}
      </fieldset>`;
    return html`${part(
      'Identité',
      html`${text('name', 'Raison sociale')}
        ${text('legalForm', 'Forme juridique', { hint: 'Comme « Association loi 1901 »' })}
        ${text('siret', 'SIRET', { hint: '14 chiffres', limit: 20 })}
        ${longField({ id: 'address', label: 'Adresse postale', hint: 'Comme sur une enveloppe, une ligne par ligne', limit: 1000, rows: 3, required: true }, state)}
        <div class="pair">
          ${text('representative.name', 'Qui signe')} ${text('representative.function', 'Sa fonction')}
        </div>`,
    )}
    ${part(
      'Contacts',
      html`${text('email', 'Adresse e-mail', { hint: 'Où arrivent les réponses aux e-mails', type: 'email', limit: 254 })}
      ${text('phone', 'Téléphone', { type: 'tel', limit: 40 })} ${may('website', 'Site internet', { limit: 2000 })}
      ${text('alertEmail', 'Adresse des alertes', { hint: 'L’équipe y apprend ce qui ne part pas', type: 'email', limit: 254 })}
      ${text('dpoContact', 'Adresse pour les données personnelles', { type: 'email', limit: 254 })}`,
    )}
    ${part(
      'Agrément et déclaration',
      html`${text('agrement.number', 'Numéro d’agrément CNFEL', { limit: 100 })}
        <div class="pair">
          ${dayField({ id: 'agrement.start', label: 'Du', required: true }, state)}
          ${dayField({ id: 'agrement.end', label: 'Au', required: true }, state)}
        </div>
        ${may('nda', 'Numéro de déclaration d’activité (NDA)', { limit: 40 })}
        ${may('ndaRegion', 'Région de la déclaration')} ${may('qualiopi', 'Certificat Qualiopi')}
        ${listField(
          {
            id: 'difeAnswerDays',
            label: 'Jours ouvrés pour répondre à une demande DIFE',
            hint: 'Les sessions ferment au DIFE d’autant plus tôt.',
          },
          [
            ['', 'Deux, comme la règle le permet'],
            ['0', 'Le jour même'],
            ['1', 'Un'],
            ['2', 'Deux'],
          ],
          state,
        )}`,
    )}
    ${part(
      'Conventions',
      tickField(
        { id: 'onlineSignature', label: 'Les collectivités peuvent signer en ligne ; l’équipe contresigne' },
        state,
        () => this.requestUpdate(),
      ),
    )}
    ${part(
      'Facturation',
      html`${tickField({ id: 'vat.exempt', label: 'Exonéré de TVA' }, state, () => this.requestUpdate())}
      ${
        state.values['vat.exempt'] === 'oui'
          ? longField(
              {
                id: 'vat.mention',
                label: 'Mention d’exonération',
                hint: 'Comme « TVA non applicable, article 261-4-4° a du CGI »',
                limit: 2000,
                required: true,
              },
              state,
            )
          : html`${text('vat.ratePercent', 'Taux de TVA, en pour cent', { limit: 6 })}
            ${may('vat.mention', 'Mention sur la TVA', { limit: 2000 })}`
      }
      ${may('iban', 'IBAN', { limit: 50 })} ${long('paymentTerms', 'Conditions de paiement')}
      ${long('earlyStopTerms', 'Conditions d’arrêt anticipé', 'Ce qui est dû si la formation s’arrête ou si la personne renonce')}`,
    )}
    ${part(
      'Mentions légales',
      html`${text('publisher', 'Directeur ou directrice de la publication')} ${long('host', 'Hébergeur')}
      ${long('mediator', 'Médiateur de la consommation')}
      ${may('internalRules', 'Lien du règlement intérieur', { limit: 2000 })}`,
    )}
    ${part('Logo', this.logo(state))} ${reasonField(state, false, 'Gardé dans le journal.')}`;
  }

  private logo(state: FormState) {
    const error = state.errors['logo'];
    return html`<p>
        ${
          this.shown
            ? html`<canvas
                class="logo"
                role="img"
                aria-label="Le logo, comme les papiers le portent"
                width="1"
                height="1"
              ></canvas>`
            : 'Les papiers ne portent pas de logo.'
        }
      </p>
      <div class="field ${error ? 'bad' : ''}">
        <label for="logo">${this.shown ? 'Changer de logo' : 'Choisir un logo'}</label>
        <p class="hint" id="logo-hint">PNG ou JPEG, 150 ko et 1 200 pixels de côté au plus</p>
        ${error ? html`<p class="error" id="logo-error"><span class="hidden">Erreur&nbsp;: </span>${error}</p>` : nothing}
        <input
          type="file"
          id="logo"
          accept="image/png,image/jpeg"
          aria-describedby="logo-hint${error ? ' logo-error' : ''}"
          aria-invalid=${error ? 'true' : nothing}
          @change=${this.choose}
        />
      </div>
      ${this.shown ? html`<button class="button quiet" type="button" @click=${this.takeAway}>Retirer le logo</button>` : nothing}`;
  }

  protected act(preview: boolean) {
    return {
      path: '/organisation',
      body: {
        organisation: organisationOf(this.values),
        reason: this.values['reason'] ?? '',
        preview,
        ...(this.picture === undefined ? {} : { picture: this.picture }),
      },
      etag: this.form!.etag,
    };
  }

  protected afterwards(): [string, string] {
    return ['#/sessions', 'Les réglages sont enregistrés.'];
  }
}

customElements.define('ec-team-organisation', Organisation);
