import type { Session } from '../contract.js';
import { errorSummary, focusSummary, read, textField, type Errors } from '../form.js';
import { sayDay } from '../french.js';
import { html, nothing, notice, Page } from '../page.js';
import { tab } from '../storage.js';
import '../enrol/enrol.js';
import '../sessions/detail.js';
import '../sessions/list.js';
import { Idle } from './idle.js';
import { qr } from './qr.js';

type Screen = 'setup' | 'welcome' | 'sessions' | 'session' | 'enrol';
const LONG_PRESS = 3000;

interface StaffState {
  staff?: string; // digest of the exit code: survives a reload, holds nothing about anyone
  pass?: string; // by which the organisation opened the kiosk: who enrols here confirms no address
}

/** A pass, as the address that the team was given carries it; and until when it is good. */
const PASS = /^#([a-z0-9]+-(\d+)\.\d+\.k\.[\w-]+)$/;

/**
 * The kiosk: a tablet on a stand. Everything a visitor types lives in this element's children and dies with them: no
 * storage, no address, no history. Staff set a code when they start it, and leave by a long press on the mark.
 */
class Kiosk extends Page {
  static override properties = {
    screen: { state: true },
    session: { state: true },
    left: { state: true },
    asking: { state: true },
    errors: { state: true },
    visit: { state: true },
  };
  declare screen: Screen;
  declare session?: Session;
  declare left: number;
  declare asking: boolean;
  declare errors: Errors;
  declare visit: number; // grows at each wipe: a new visitor gets new elements
  private pass?: string;
  private press?: ReturnType<typeof setTimeout>;
  private lock?: WakeLockSentinel;
  private readonly idle = new Idle(
    (left) => void (this.left = left),
    () => this.wipe(),
  );

  constructor() {
    super();
    const kept = history.state as StaffState | null;
    this.pass = PASS.exec(location.hash)?.[1] ?? kept?.pass;
    this.screen = kept?.staff && !location.hash ? 'welcome' : 'setup';
    this.left = 0;
    this.asking = false;
    this.errors = {};
    this.visit = 0;
  }

  override connectedCallback() {
    super.connectedCallback();
    for (const kind of ['pointerdown', 'keydown', 'input', 'scroll'])
      addEventListener(kind, this.touched, { passive: true, capture: true });
    document.addEventListener('visibilitychange', this.awake);
    document.addEventListener('contextmenu', this.refuse);
    addEventListener('popstate', this.holdBack);
    if (this.screen !== 'setup') this.guard();
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    for (const kind of ['pointerdown', 'keydown', 'input', 'scroll'])
      removeEventListener(kind, this.touched, { capture: true });
    document.removeEventListener('visibilitychange', this.awake);
    document.removeEventListener('contextmenu', this.refuse);
    removeEventListener('popstate', this.holdBack);
    this.idle.stop();
  }

  private readonly refuse = (event: Event) => event.preventDefault();
  private readonly touched = () => {
    if (this.busyScreen()) this.idle.touched();
  };
  private busyScreen = () => this.screen !== 'setup' && this.screen !== 'welcome';

  // Full screen, screen awake, no way back

  private readonly awake = async () => {
    if (document.hidden || this.screen === 'setup') return;
    // floor: guarded
    this.lock = await navigator.wakeLock?.request('screen').catch(() => undefined);
  };

  private async fill() {
    // floor: guarded
    if (!document.fullscreenElement) await document.documentElement.requestFullscreen?.().catch(() => undefined);
    await this.awake();
  }

  /** One spare entry in the history: the system's Back lands on it and the kiosk answers by its own Retour. */
  private guard() {
    const state = history.state as StaffState | null;
    history.pushState(state, '', '/borne/');
  }

  private readonly holdBack = () => {
    this.guard();
    if (!this.busyScreen()) return;
    const back = this.querySelector<HTMLButtonElement>('ec-enrol .back button, .back button');
    back?.click();
  };

  // A visit

  private show(screen: Screen) {
    this.screen = screen;
    this.errors = {};
    this.touched();
    void this.toTop(screen === 'enrol' ? 'ec-enrol h1' : 'h1');
  }

  private start() {
    void this.fill();
    this.show('sessions');
  }

  /** Forgets the visitor: elements, their memory, storage, caret, scroll; then the welcome again. */
  private wipe() {
    this.idle.stop();
    this.querySelectorAll('form').forEach((form) => form.reset());
    (document.activeElement as HTMLElement | null)?.blur();
    tab.clear();
    this.session = undefined;
    this.visit++;
    this.asking = false;
    this.errors = {};
    this.screen = 'welcome';
    this.name('Borne');
    void this.toTop();
  }

  protected override updated() {
    const dialog = this.querySelector('dialog');
    if (!dialog) return;
    const shown = dialog.hasAttribute('open');
    if (this.left > 0 && !shown) {
      // A tablet without dialogs shows it in the page.
      if ('showModal' in dialog)
        dialog.showModal(); // floor: guarded
      else (dialog as HTMLElement).setAttribute('open', '');
      dialog.querySelector<HTMLElement>('button')?.focus();
    }
    if (this.left > 0 || !shown) return;
    if ('close' in dialog)
      dialog.close(); // floor: guarded
    else (dialog as HTMLElement).removeAttribute('open');
  }

  protected override render() {
    if (this.screen === 'setup') return this.setup();
    return html`${this.bar()} ${this.asking ? this.exit() : this.visitScreen()} ${this.warning()}`;
  }

  private bar() {
    return html`<div class="bar">
      <button
        class="brand"
        type="button"
        aria-label="Écharpe"
        @pointerdown=${this.pressing}
        @pointerup=${this.released}
        @pointerleave=${this.released}
        @pointercancel=${this.released}
      >
        ${mark()}Écharpe
      </button>
      ${this.busyScreen() || this.asking ? html`<button class="button quiet" type="button" @click=${() => this.wipe()}>Terminer et effacer</button>` : nothing}
    </div>`;
  }

  private visitScreen() {
    switch (this.screen) {
      case 'sessions':
        return html`<p class="back"><button type="button" @click=${() => this.wipe()}>Retour à l’accueil</button></p>
          <h1>Choisissez une session</h1>
          <ec-sessions .kiosk=${true} @choose=${this.choose}></ec-sessions>`;
      case 'session':
        return html`<p class="back">
            <button type="button" @click=${() => this.show('sessions')}>Retour aux sessions</button>
          </p>
          <ec-session .kiosk=${true} .sessionId=${this.session!.id} @enrol=${this.enrol}></ec-session>
          ${this.onPhone()}`;
      case 'enrol':
        return html`<ec-enrol
          .kiosk=${true}
          .begin=${this.session}
          .pass=${this.pass}
          data-visit=${this.visit}
          @leave=${() => this.show('session')}
        ></ec-enrol>`;
      default:
        return html`<div class="welcome">
          ${mark('mark')}
          <h1>Se former pendant son mandat</h1>
          <p class="lead">
            Réservez une place ici, en quelques minutes. Rien de ce que vous saisissez ne reste sur cette borne.
          </p>
          <p><button class="button" type="button" @click=${this.start}>Toucher pour commencer</button></p>
          <div class="qr panel">
            ${qr(`${location.origin}/`, 'Code QR : les sessions, sur votre téléphone')}
            <p>Ou sur votre propre téléphone : visez ce code avec l’appareil photo.</p>
          </div>
        </div>`;
    }
  }

  private readonly choose = (event: CustomEvent<Session>) => {
    this.session = event.detail;
    this.show('session');
  };

  private readonly enrol = (event: CustomEvent<Session>) => {
    this.session = event.detail;
    this.show('enrol');
  };

  private onPhone() {
    const address = `${location.origin}/session/?id=${encodeURIComponent(this.session!.id)}`;
    return html`<div class="qr panel">
      ${qr(address, 'Code QR : cette session, sur votre téléphone')}
      <p>Continuer sur votre propre téléphone : visez ce code avec l’appareil photo. Il ne contient rien sur vous.</p>
    </div>`;
  }

  private warning() {
    return html`<dialog aria-labelledby="still" @cancel=${(e: Event) => (e.preventDefault(), this.idle.stay())}>
      <h2 id="still">Vous êtes toujours là ?</h2>
      <p>Sans réponse, vos saisies sont effacées dans</p>
      <p class="clock" role="timer">${this.left} secondes</p>
      <div class="actions">
        <button class="button" type="button" @click=${() => this.idle.stay()}>Continuer</button>
        <button class="button quiet" type="button" @click=${() => this.wipe()}>Effacer maintenant</button>
      </div>
    </dialog>`;
  }

  // Staff

  private setup() {
    return html`${errorSummary(this.errors, ['code'])}
      <h1>Mettre la borne en service</h1>
      <p>
        Choisissez un code de sortie, que vous retiendrez. Pour quitter la borne : appui de trois secondes sur
        « Écharpe », en haut, puis ce code.
      </p>
      <p>
        Conseil : verrouillez aussi la tablette sur cette page (épinglage d’écran sur Android, accès guidé sur iPad) et
        gardez-la branchée.
      </p>
      ${this.opening()} ${this.codeForm('Démarrer la borne', this.open)}`;
  }

  /** Whether the organisation opened it: then the seats taken here need no confirmation. */
  private opening() {
    const until = Number(PASS.exec(`#${this.pass}`)?.[2] ?? 0) * 1000;
    if (until > Date.now())
      return notice(
        'good',
        `Borne ouverte par l’organisme jusqu’au ${sayDay(new Date(until - 1).toISOString())} à minuit : les places prises ici sont fermes tout de suite, sans adresse à confirmer.`,
        'check',
      );
    return notice(
      'warm',
      'Cette borne n’est pas ouverte par l’organisme : chaque personne devra confirmer son adresse depuis l’e-mail reçu. Pour l’ouvrir : espace de l’équipe, « Sessions », « Ouvrir une borne ».',
    );
  }

  private exit() {
    return html`${errorSummary(this.errors, ['code'])}
      <h1>Quitter la borne</h1>
      ${this.codeForm('Quitter', this.leave)}
      <p><button class="link" type="button" @click=${() => (this.asking = false)}>Rester sur la borne</button></p>`;
  }

  private codeForm(label: string, submit: (event: Event) => void) {
    const field = {
      id: 'code',
      label: 'Code de sortie, 4 à 8 chiffres',
      inputmode: 'numeric' as const,
      limit: 8,
      required: true,
    };
    return html`<form novalidate autocomplete="off" @submit=${submit}>
      ${textField(field, { values: {}, errors: this.errors, kiosk: true })}
      <div class="actions"><button class="button">${label}</button></div>
    </form>`;
  }

  private readonly open = async (event: Event) => {
    event.preventDefault();
    const code = read(event.currentTarget as HTMLFormElement)['code'] ?? '';
    if (!/^\d{4,8}$/.test(code)) return this.wrong('Saisissez un code de 4 à 8 chiffres.');
    void this.fill();
    history.replaceState({ staff: await digest(code), pass: this.pass } satisfies StaffState, '', '/borne/');
    this.guard();
    this.wipe();
  };

  private readonly leave = async (event: Event) => {
    event.preventDefault();
    const code = read(event.currentTarget as HTMLFormElement)['code'] ?? '';
    if ((await digest(code)) !== (history.state as StaffState | null)?.staff)
      return this.wrong('Ce n’est pas le bon code.');
    this.wipe();
    // floor: guarded
    await this.lock?.release().catch(() => undefined);
    // floor: guarded
    if (document.fullscreenElement) await document.exitFullscreen().catch(() => undefined);
    history.replaceState(null, '', '/borne/');
    location.replace('/');
  };

  private wrong(text: string) {
    this.errors = { code: text };
    void this.updateComplete.then(() => focusSummary(this));
  }

  private readonly pressing = () => {
    clearTimeout(this.press);
    this.press = setTimeout(() => {
      this.asking = true;
      this.idle.touched();
      void this.toTop();
    }, LONG_PRESS);
  };
  private readonly released = () => clearTimeout(this.press);
}

const mark = (name = '') =>
  html`<svg class=${name} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <path class="b1" d="M2 6.5v9L16.5 30h9z" />
    <path class="b2" d="M2 2v4.5L25.5 30H30v-4.5L6.5 2z" />
    <path class="b3" d="M6.5 2 30 25.5v-9L15.5 2z" />
  </svg>`;

async function digest(code: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`echarpe-borne:${code}`));
  return Array.from(new Uint8Array(hash), (b) => b.toString(16).padStart(2, '0')).join('');
}

customElements.define('ec-kiosk', Kiosk);
