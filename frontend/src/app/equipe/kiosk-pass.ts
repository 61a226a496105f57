/** Opens a kiosk for the day: its address, as a code that the tablet's camera reads. */
import { qr } from '../kiosk/qr.js';
import { html, nothing, Page } from '../page.js';
import { send, sentence } from './client.js';
import { say } from './say.js';

class KioskPass extends Page {
  static override properties = { link: { state: true }, busy: { state: true } };
  declare link: string;
  declare busy: boolean;

  constructor() {
    super();
    this.link = '';
    this.busy = false;
  }

  protected override render() {
    return html`<section class="noprint">
      <h2>Borne</h2>
      <p>
        Sur un stand ou en mairie, une tablette prend les inscriptions. Ouverte par vous, elle donne des places fermes
        tout de suite : personne n’a d’adresse à confirmer. Elle se referme seule à minuit.
      </p>
      ${this.link ? this.address() : nothing}
      <p>
        <button class="button quiet" type="button" aria-disabled=${this.busy ? 'true' : nothing} @click=${this.open}>
          ${this.link ? 'Ouvrir une autre borne' : 'Ouvrir une borne'}
        </button>
      </p>
    </section>`;
  }

  private address() {
    return html`<div class="qr panel" id="kiosk-pass" tabindex="-1">
      ${qr(this.link, 'Code QR : la borne, à ouvrir sur la tablette')}
      <p>
        Visez ce code avec la tablette, puis suivez l’écran. Ne le montrez pas : qui l’a peut prendre des places fermes
        jusqu’à minuit.
        <a href=${this.link} target="_blank" rel="noopener"
          >Ouvrir la borne sur cet appareil<span class="hidden"> (nouvel onglet)</span></a
        >
      </p>
    </div>`;
  }

  private readonly open = async () => {
    if (this.busy) return;
    this.busy = true;
    try {
      this.link = (await send<{ link: string }>({ method: 'POST', path: '/kiosks', body: {}, said: '' })).link;
      await this.updateComplete;
      this.querySelector<HTMLElement>('#kiosk-pass')?.focus();
    } catch (error) {
      say(this, { tone: 'alert', text: sentence(error) });
    } finally {
      this.busy = false;
    }
  };
}

customElements.define('ec-kiosk-pass', KioskPass);
