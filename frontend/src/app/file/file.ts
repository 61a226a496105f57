import content from 'echarpe:content';
import type { PropertyValues } from 'lit';
import { listSessions, NetworkError, Problem, readLink, type FileAPI } from '../api.js';
import { checkEmail, checkText, clean } from '../check.js';
import { isOpen } from '../choose.js';
import { MODES, type Enrolment, type Mode, type Paper, type Session, type Step } from '../contract.js';
import { errorSummary, focusSummary, radios, read, textField, type Errors, type Values } from '../form.js';
import { elsewhere, sayDates, sayDay, sayHalfDays, sayHour, saySeats } from '../french.js';
import { icon } from '../icons.js';
import { html, notice, nothing, onceASecond, Page, save, withIcon } from '../page.js';
import { begun, calledOff, inVain, isLive, statusPanel } from './status.js';
import { stepView } from './steps.js';
import { forget, keep, recall } from './vault.js';

type View = '' | 'paiement' | 'session' | 'annuler' | 'donnees' | 'effacer' | 'adieu';
const VIEWS: View[] = ['paiement', 'session', 'annuler', 'donnees', 'effacer', 'adieu'];
const TITLES: Record<View, string> = {
  '': 'Mon dossier',
  paiement: 'Changer de façon de payer',
  session: 'Changer de session',
  annuler: 'Rendre ma place',
  donnees: 'Mes données',
  effacer: 'Effacer mon dossier',
  adieu: 'Votre dossier est effacé',
};

/**
 * The holder's file, opened by the personal link `/dossier/#<id>.<token>`. The token stays in the fragment: views are
 * told apart by `?vue=`, so that Back works and nothing secret is ever sent in an address.
 */
export class File extends Page {
  static override properties = {
    file: { state: true },
    view: { state: true },
    trouble: { state: true },
    said: { state: true },
    errors: { state: true },
    busy: { state: true },
    oldFrom: { state: true },
  };
  declare file?: Enrolment;
  declare view: View;
  declare trouble: '' | 'no-link' | 'refused' | 'network' | 'down';
  declare said: string;
  declare errors: Errors;
  declare busy: boolean;
  declare oldFrom: string; // the instant of the state shown when the network is down
  private api?: FileAPI;
  private token = '';
  private others?: Session[];
  private values: Values = {};
  private readonly tap = onceASecond();

  constructor() {
    super();
    this.view = '';
    this.trouble = '';
    this.said = '';
    this.errors = {};
    this.busy = false;
    this.oldFrom = '';
  }

  override connectedCallback() {
    super.connectedCallback();
    addEventListener('popstate', this.arrive);
    addEventListener('hashchange', this.open);
    void this.open();
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('popstate', this.arrive);
    removeEventListener('hashchange', this.open);
  }

  private readonly open = async () => {
    this.api = readLink(location.hash);
    this.token = location.hash.split('.').slice(1).join('.');
    this.view = viewOf(location.search);
    this.file = undefined;
    if (!this.api) return void (this.trouble = 'no-link');
    await this.refresh();
    await this.enterView();
  };

  private readonly arrive = () => {
    this.view = viewOf(location.search);
    this.errors = {};
    this.said = '';
    void this.enterView();
    void this.toTop();
  };

  /** Reads the file; without network, shows its last known state as such. */
  private async refresh() {
    try {
      this.have(await this.api!.get());
    } catch (error) {
      await this.missed(error);
    }
  }

  private have(file: Enrolment) {
    this.file = file;
    this.trouble = '';
    this.oldFrom = '';
    void keep(file.id, this.token, { file, at: new Date().toISOString() });
  }

  private async missed(error: unknown) {
    if (error instanceof Problem && [401, 403, 404].includes(error.status)) {
      forget(this.api!.id);
      this.trouble = 'refused';
      return;
    }
    const kept = await recall(this.api!.id, this.token);
    if (kept) {
      this.file = kept.file;
      this.oldFrom = kept.at;
    } else this.trouble = error instanceof NetworkError ? 'network' : 'down';
  }

  private go(view: View) {
    this.errors = {};
    this.values = {};
    this.said = '';
    history.pushState(null, '', `/dossier/${view ? `?vue=${view}` : ''}${location.hash}`);
    this.view = view;
    void this.enterView();
    void this.toTop();
  }

  private async enterView() {
    if (this.view !== 'session' || this.others || !this.file) return;
    this.others = await listSessions().catch(() => undefined);
    this.requestUpdate();
  }

  /** Does one thing to the file, once, and tells what came of it. */
  private async act(work: () => Promise<Enrolment>, said: string, then?: View) {
    if (!this.tap(said) || this.busy) return;
    this.busy = true;
    try {
      this.have(await work());
      if (then !== undefined && then !== this.view) this.go(then);
      this.said = said;
    } catch (error) {
      this.tell(error);
    } finally {
      this.busy = false;
    }
  }

  private tell(error: unknown) {
    const fields = error instanceof Problem ? error.fields : {};
    const named = Object.fromEntries(
      Object.entries(fields).map(([k, v]) => [
        k.endsWith('email') ? 'contactEmail' : k.endsWith('name') ? 'contactName' : k,
        v,
      ]),
    );
    if (Object.keys(named).length) this.errors = named;
    else if (error instanceof Problem) this.errors = { general: error.detail };
    else
      this.errors = {
        general:
          'Le réseau ne répond pas : rien n’a été changé, ou nous n’en savons rien encore. Réessayez dans un moment, sans risque.',
      };
    void this.updateComplete.then(() => focusSummary(this));
  }

  protected override updated(changed: PropertyValues) {
    super.updated(changed);
    this.name(TITLES[this.view], Object.keys(this.errors).length > 0);
  }

  protected override render() {
    if (this.view === 'adieu') return this.farewell();
    if (this.trouble) return this.troubleScreen();
    if (!this.file)
      return html`<h1>Mon dossier</h1>
        <p class="waiting">Un instant…</p>`;
    if (this.view) return this.inner(this.file);
    return this.home(this.file);
  }

  private troubleScreen() {
    const again = html`<p class="actions">
      <button class="button" type="button" @click=${this.open}>Réessayer</button>
    </p>`;
    switch (this.trouble) {
      case 'network':
        return html`<h1>Mon dossier</h1>
          ${notice('warm', 'Le réseau ne répond pas, et votre dossier n’a pas encore été ouvert sur cet appareil.', 'offline')}${again}`;
      case 'down':
        return html`<h1>Mon dossier</h1>
          ${notice('alert', 'Notre service ne répond pas comme prévu. Votre dossier n’est pas perdu.')}${again}`;
      case 'refused':
        return html`<h1>Ce lien n’ouvre plus de dossier</h1>
          <p>Il a peut-être été mal recopié, remplacé par un plus récent, ou le dossier a été effacé.</p>
          <p class="actions"><a class="button" href="/lien-perdu/">Recevoir un nouveau lien</a></p>`;
      default:
        return html`<h1>Mon dossier</h1>
          <p>Votre dossier s’ouvre avec le lien reçu par e-mail. Il n’y a ni compte, ni mot de passe.</p>
          <p class="actions"><a class="button" href="/lien-perdu/">Je n’ai plus mon lien</a></p>`;
    }
  }

  // The file itself

  private home(file: Enrolment) {
    const live = isLive(file);
    const going = live && !inVain(file);
    return html`
      ${errorSummary(this.errors, [])} ${this.oldNotice()}
      ${this.said ? html`<div role="status">${notice('good', this.said)}</div>` : nothing} ${statusPanel(file)}
      ${file.status === 'offered' ? this.offer() : nothing}
      ${calledOff(file) || inVain(file) ? this.goOn(file) : nothing}
      ${file.unreachable ? notice('alert', 'Nos e-mails ne vous parviennent pas. Appelez-nous pour corriger votre adresse.') : nothing}
      ${live && file.deadline && file.status !== 'waiting' ? this.deadline(file.deadline) : nothing}
      ${live && file.status !== 'waiting' && file.status !== 'offered' ? this.steps(file) : nothing}
      <h2>Votre session</h2>
      <p><strong>${file.session.formation.title}</strong></p>
      ${withIcon('calendar', html`${sayHalfDays(file.session.halfDays).map((d) => html`${d}<br />`)}${elsewhere() ? '(heure de Paris)' : ''}`)}
      ${withIcon(file.session.remote ? 'video' : 'place', html`${file.session.place}${file.session.address ? html`<br />${file.session.address}` : nothing}${file.session.access ? html`<br />${file.session.access}` : nothing}`)}
      ${file.videoUrl ? html`<p><a class="button quiet" href=${file.videoUrl} rel="noreferrer">Ouvrir la visioconférence</a></p>` : nothing}
      ${going ? this.papers(file) : nothing} ${going ? this.helpline(file) : nothing} ${this.manage(file, live)}
    `;
  }

  private oldNotice() {
    if (!this.oldFrom) return nothing;
    return notice(
      'warm',
      html`<p>Pas de réseau. Voici votre dossier tel qu’il était ${sayDay(this.oldFrom)} à ${sayHour(this.oldFrom)}.</p>
        <p><button class="button quiet" type="button" @click=${() => this.refresh()}>Actualiser</button></p>`,
      'offline',
    );
  }

  private offer() {
    return html`<div class="actions">
      <button
        class="button"
        type="button"
        @click=${() => this.act(() => this.api!.accept(), 'C’est noté : la place est à vous.')}
      >
        Accepter la place
      </button>
      <button
        class="button quiet"
        type="button"
        @click=${() => this.act(() => this.api!.cancel(), 'C’est noté : vous ne prenez pas la place.')}
      >
        Refuser la place
      </button>
    </div>`;
  }

  private goOn(file: Enrolment) {
    return html`<div class="actions">
      ${
        inVain(file) && begun(file)
          ? html`<a class="button" href="/">Voir les autres sessions</a>`
          : html`<button class="button" type="button" @click=${() => this.go('session')}>
              Choisir une autre session
            </button>`
      }
    </div>`;
  }

  private deadline({ daysLeft, text }: NonNullable<Enrolment['deadline']>) {
    return notice(daysLeft <= 5 ? 'alert' : 'warm', html`<p><strong>${text}</strong></p>`, 'clock');
  }

  private steps(file: Enrolment) {
    return html`<h2>Vos étapes : ${content.modes[file.funding].title.toLowerCase().replace('dife', 'DIFE')}</h2>
      ${file.steps.map((s, i) => stepView(s, i, file, this.mark, this.busy))}`;
  }

  private readonly mark = (step: Step, done: boolean) =>
    void this.act(
      () => this.api!.mark(step.key, done),
      done ? `C’est noté : « ${step.title} » est fait.` : `C’est noté : « ${step.title} » reste à faire.`,
    );

  private papers(file: Enrolment) {
    const papers = file.papers ?? [];
    const seat = file.status !== 'waiting';
    if (!papers.length && !seat) return nothing;
    return html`<h2>Vos documents</h2>
      <ul class="rows">
        ${papers.map((p) => this.paper(p, file))}
        ${
          seat
            ? html`<li>
                <button
                  type="button"
                  @click=${() => this.fetch(() => this.api!.calendar(), `session-${file.reference}.ics`)}
                >
                  ${icon('calendar')}<span>Ajouter les dates à mon agenda</span>
                </button>
              </li>`
            : nothing
        }
      </ul>`;
  }

  private paper(p: Paper, file: Enrolment) {
    if (!p.available)
      return html`<li class="off">
        ${icon('paper')}<span>${p.title} : ${p.reason ?? 'pas encore disponible'}</span>
      </li>`;
    return html`<li>
      <button
        type="button"
        @click=${() => this.fetch(() => this.api!.paper(p.kind), `${p.kind}-${file.reference}.pdf`)}
      >
        ${icon('paper')}<span>${p.title} <small>(PDF)</small></span>
      </button>
    </li>`;
  }

  private async fetch(get: () => Promise<Blob>, name: string) {
    if (!this.tap(name)) return;
    try {
      save(await get(), name);
      this.errors = {};
    } catch (error) {
      this.tell(error);
    }
  }

  private helpline({ helpline, funding }: Enrolment) {
    if (!helpline || funding !== 'dife') return nothing;
    return notice(
      helpline.open ? 'good' : 'plain',
      html`<p>
        <strong>${helpline.label}</strong><br /><a
          class="number nowrap"
          href="tel:${helpline.number.replace(/\s/g, '')}"
          >${helpline.number}</a
        ><br />${sentence(helpline.text)}<br />${helpline.hours}
      </p>`,
      'phone',
    );
  }

  private manage(file: Enrolment, live: boolean) {
    const giveBack =
      file.status === 'waiting'
        ? 'Quitter la liste d’attente'
        : file.status === 'offered'
          ? 'Refuser la place'
          : 'Rendre ma place';
    return html`<h2>Gérer mon inscription</h2>
      <ul class="rows">
        ${live && !inVain(file) ? html`${this.row('paiement', 'Changer de façon de payer')} ${this.row('session', 'Changer de session')}` : nothing}
        ${live ? this.row('annuler', giveBack) : nothing} ${this.row('donnees', 'Mes données')}
        ${live ? nothing : html`<li><a href="/">Voir les autres sessions</a></li>`}
      </ul>
      ${content.organisation.phone ? html`<p>Une question ? Appelez-nous au <a class="nowrap" href="tel:${content.organisation.phone.replace(/\s/g, '')}">${content.organisation.phone}</a>.</p>` : nothing}`;
  }

  private row(view: View, label: string) {
    return html`<li>
      <a href="/dossier/?vue=${view}${location.hash}" @click=${(e: Event) => (e.preventDefault(), this.go(view))}
        >${label}</a
      >
    </li>`;
  }

  // Its other screens

  private inner(file: Enrolment) {
    const screens: Record<string, () => unknown> = {
      paiement: () => this.payment(file),
      session: () => this.otherSession(file),
      annuler: () => this.giveBack(file),
      donnees: () => this.data(file),
      effacer: () => this.erase(),
    };
    const fields = this.view === 'paiement' ? ['mode', 'contactName', 'contactEmail'] : ['sessionId'];
    return html`<p class="back">
        <a href="/dossier/${location.hash}" @click=${(e: Event) => (e.preventDefault(), this.go(''))}
          >Retour au dossier</a
        >
      </p>
      ${errorSummary(this.errors, fields)} ${this.oldNotice()}
      <h1>${this.view === 'annuler' ? this.giveBackTitle(file) : TITLES[this.view]}</h1>
      ${screens[this.view]?.() ?? nothing}`;
  }

  private payment(file: Enrolment) {
    const values = {
      mode: file.funding as string,
      contactName: file.authorityContact?.name ?? '',
      contactEmail: file.authorityContact?.email ?? '',
      ...this.values,
    };
    const state = { values, errors: this.errors };
    const choices = MODES.map((mode) => {
      const open = isOpen(file.session, mode, Date.now());
      const { asks, title } = content.modes[mode];
      const reason = file.session.funding[mode].reason ?? 'Ce n’est plus possible pour cette session.';
      return {
        value: mode,
        label: mode === file.funding ? `${title} (votre choix actuel)` : title,
        hint: open || mode === file.funding ? asks : reason,
        disabled: !open && mode !== file.funding,
      };
    });
    return html`<p>
        ${file.status === 'waiting' ? 'Vous gardez votre rang dans la liste d’attente.' : 'Vous gardez votre place.'}
      </p>
      <form novalidate @submit=${this.pay} @change=${this.typing}>
        ${radios('mode', 'Façon de payer', choices, state)}
        ${
          values.mode === 'collectivite'
            ? html`<h2>La personne qui suit votre demande</h2>
                <p>Nous lui envoyons le devis, le programme et la convention, avec vous en copie.</p>
                ${textField({ id: 'contactName', label: 'Nom de la personne ou du service', optional: true, limit: 200 }, state)}
                ${textField({ id: 'contactEmail', label: 'Son adresse e-mail', type: 'email', inputmode: 'email', optional: true, limit: 254 }, state)}`
            : nothing
        }
        <div class="actions">
          <button class="button" aria-disabled=${this.busy ? 'true' : nothing}>Enregistrer cette façon de payer</button>
        </div>
      </form>`;
  }

  private typing(event: Event) {
    this.values = read(event.currentTarget as HTMLFormElement);
    this.requestUpdate();
  }

  private pay(event: Event) {
    event.preventDefault();
    this.values = read(event.currentTarget as HTMLFormElement);
    const mode = (this.values['mode'] ?? '') as Mode;
    const [name, email] = [clean(this.values['contactName'] ?? ''), clean(this.values['contactEmail'] ?? '')];
    const errors: Errors = {};
    if (!mode) errors['mode'] = 'Choisissez une façon de payer.';
    if (mode === 'collectivite' && (name || email)) {
      const wrongName = checkText(name, 'Saisissez le nom de cette personne.');
      const wrongEmail = checkEmail(email, 'Saisissez l’adresse e-mail de cette personne.');
      if (wrongName) errors['contactName'] = wrongName;
      if (wrongEmail) errors['contactEmail'] = wrongEmail;
    }
    this.errors = errors;
    if (Object.keys(errors).length) return void this.updateComplete.then(() => focusSummary(this));
    const contact = mode === 'collectivite' && name ? { name, email } : undefined;
    void this.act(
      () => this.api!.pay(mode, contact),
      `C’est enregistré : ${content.modes[mode].title.toLowerCase().replace('dife', 'DIFE')}.`,
      '',
    );
  }

  private otherSession(file: Enrolment) {
    const others = this.others?.filter(
      (s) => s.id !== file.session.id && !['closed', 'full'].includes(saySeats(s).level),
    );
    if (!this.others) return html`<p class="waiting">Recherche des sessions…</p>`;
    if (!others?.length) return html`<p>Aucune autre session n’a de place pour l’instant.</p>`;
    const sorted = others.sort(
      (a, b) =>
        Number(b.formation.slug === file.session.formation.slug) -
        Number(a.formation.slug === file.session.formation.slug),
    );
    const choices = sorted.map((s) => {
      const open = isOpen(s, file.funding, Date.now());
      const why = open ? '' : ` ${s.funding[file.funding].reason ?? 'Votre façon de payer n’est plus possible.'}`;
      return {
        value: s.id,
        label: s.formation.title,
        hint: `${sayDates(s.halfDays)}. ${s.place}. ${saySeats(s).text}.${why}`,
        disabled: !open,
      };
    });
    return html`<p>${leaving(file)}</p>
      <form novalidate @submit=${this.move} @change=${this.typing}>
        ${radios('sessionId', 'Nouvelle session', choices, { values: this.values, errors: this.errors })}
        <div class="actions">
          <button class="button" aria-disabled=${this.busy ? 'true' : nothing}>Changer de session</button>
        </div>
      </form>`;
  }

  private move(event: Event) {
    event.preventDefault();
    const id = read(event.currentTarget as HTMLFormElement)['sessionId'];
    this.errors = id ? {} : { sessionId: 'Choisissez la nouvelle session.' };
    if (!id) return void this.updateComplete.then(() => focusSummary(this));
    void this.act(() => this.api!.move(id), 'C’est fait : votre inscription a changé de session.', '');
  }

  private giveBackTitle(file: Enrolment) {
    if (file.status === 'waiting') return 'Quitter la liste d’attente ?';
    return file.status === 'offered' ? 'Refuser la place offerte ?' : 'Rendre votre place ?';
  }

  private giveBack(file: Enrolment) {
    const [text, label] =
      file.status === 'waiting'
        ? [
            inVain(file)
              ? 'Elle est close\u00a0: la quitter termine seulement votre dossier pour cette session.'
              : 'Vous perdez votre rang. Vous pourrez vous inscrire de nouveau, à la fin de la liste.',
            'Quitter la liste d’attente',
          ]
        : [
            'Elle est proposée tout de suite à la personne suivante, s’il y en a une. Nous ne pourrons pas vous la rendre si la session se remplit.',
            file.status === 'offered' ? 'Refuser la place' : 'Rendre ma place',
          ];
    const dife =
      file.funding === 'dife' && file.status !== 'waiting'
        ? html`<p>Pensez aussi à annuler votre dossier sur Mon Compte Élu, s’il y est déjà.</p>`
        : nothing;
    return html`<p>${text}</p>
      ${dife}
      <div class="actions">
        <button
          class="button danger"
          type="button"
          @click=${() => this.act(() => this.api!.cancel(), 'C’est fait. Merci de nous avoir prévenus.', '')}
        >
          ${label}
        </button>
        <button class="button quiet" type="button" @click=${() => this.go('')}>
          ${inVain(file) ? 'Garder mon dossier' : file.status === 'waiting' ? 'Rester sur la liste' : 'Garder ma place'}
        </button>
      </div>`;
  }

  private data(file: Enrolment) {
    const p = file.person;
    const rows: [string, string | undefined][] = [
      ['Nom', p && [p.title, p.firstName, p.lastName].filter(Boolean).join(' ')],
      ['Nom de naissance', p?.birthName],
      ['E-mail', p?.email],
      ['Téléphone', p?.phone],
      ['Mandat', content.mandates.find((m) => m.key === file.mandate?.kind)?.title],
      ['Collectivité', file.mandate?.authority],
      [
        'Contact à la collectivité',
        file.authorityContact && `${file.authorityContact.name}, ${file.authorityContact.email}`,
      ],
    ];
    return html`<dl class="answers">
        ${rows.map(([name, value]) =>
          value
            ? html`<div>
                <dt>${name}</dt>
                <dd>${value}</dd>
              </div>`
            : nothing,
        )}
      </dl>
      <p>Une erreur ? Appelez-nous ou répondez à l’un de nos e-mails, nous la corrigeons.</p>
      <ul class="rows">
        <li>
          <button type="button" @click=${() => this.fetch(() => this.api!.export(), `dossier-${file.reference}.json`)}>
            Télécharger toutes mes données
          </button>
        </li>
        <li><button type="button" @click=${this.forgetHere}>Oublier sur cet appareil</button></li>
        ${this.row('effacer', 'Effacer mon dossier')}
      </ul>
      <p role="status">${this.said}</p>
      <p class="meta"><a href="/donnees-personnelles/">Ce que nous gardons, et combien de temps</a></p>`;
  }

  private readonly forgetHere = () => {
    forget(this.file!.id);
    this.said = 'C’est fait : ce dossier n’est plus gardé sur cet appareil. Le lien de votre e-mail l’ouvre toujours.';
  };

  private erase() {
    return html`${notice('alert', 'Votre place est rendue et vos données sont effacées, sauf ce que la loi nous oblige à garder. C’est définitif.')}
      <div class="actions">
        <button class="button danger" type="button" @click=${this.eraseNow}>Effacer mon dossier pour toujours</button>
        <button class="button quiet" type="button" @click=${() => this.go('')}>Ne rien effacer</button>
      </div>`;
  }

  private readonly eraseNow = async () => {
    if (!this.tap('erase') || this.busy) return;
    this.busy = true;
    try {
      await this.api!.erase();
      forget(this.api!.id);
      this.file = undefined;
      this.view = 'adieu';
      history.replaceState(null, '', '/dossier/');
      void this.toTop();
    } catch (error) {
      this.tell(error);
    } finally {
      this.busy = false;
    }
  };

  private farewell() {
    return html`<h1>Votre dossier est effacé</h1>
      <p>Il ne reste rien de lui sur cet appareil. Les liens de nos e-mails ne l’ouvrent plus.</p>
      <p class="actions"><a class="button" href="/">Voir les sessions</a></p>`;
  }
}

/** What becomes of the place held until now, once the new session is chosen. */
function leaving(file: Enrolment) {
  if (calledOff(file)) return 'Vos réponses et vos étapes déjà faites sont gardées.';
  if (file.status === 'waiting') return 'Vous quittez la liste d’attente quand la nouvelle place est prise.';
  return 'Votre place actuelle est rendue quand la nouvelle est prise.';
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1).replace(/[^.]$/, '$&.');
const viewOf = (query: string): View => VIEWS.find((v) => v === new URLSearchParams(query).get('vue')) ?? '';

customElements.define('ec-file', File);
