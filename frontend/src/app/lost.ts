import content from 'echarpe:content';
import { Problem } from './api.js';
import { sendLinks, WORKING } from './sending.js';
import { checkEmail } from './check.js';
import { errorSummary, focusSummary, read, textField, type Errors } from './form.js';
import { html, notice, nothing, onceASecond, Page } from './page.js';
import { plainEmail } from './plain.js';
import './typed.js';
import './core.js';

/** Sends the personal links again. The answer is the same whether or not the address is known. */
class Lost extends Page {
  static override properties = {
    errors: { state: true },
    sent: { state: true },
    busy: { state: true },
    working: { state: true },
  };
  declare errors: Errors;
  declare sent: boolean;
  declare busy: boolean;
  declare working: boolean; // the proof of work is being done
  private email = '';
  private readonly tap = onceASecond();

  constructor() {
    super();
    this.errors = {};
    this.sent = false;
    this.busy = false;
    this.working = false;
  }

  protected override render() {
    if (this.sent)
      return html`<h1>Regardez vos e-mails</h1>
        ${notice('good', html`<p>Si un dossier existe pour <strong class="break">${this.email}</strong>, son lien vient d’y être envoyé.</p>`)}
        <p>
          Rien dans dix minutes ? Regardez dans les indésirables, ou essayez une autre de vos adresses. Toujours rien :
          cette adresse ne nous est pas connue, ou ne reçoit plus nos e-mails. Appelez-nous au
          <a class="nowrap" href="tel:${content.organisation.phone.replace(/\s/g, '')}">${content.organisation.phone}</a
          >.
        </p>
        <p><button class="link" type="button" @click=${this.again}>Essayer une autre adresse</button></p>`;
    return html`${errorSummary(this.errors, ['email'])}
      <h1>Retrouver mon dossier</h1>
      <p>Votre dossier s’ouvre avec le lien reçu par e-mail. Nous vous l’envoyons de nouveau.</p>
      <form novalidate @submit=${this.submit}>
        ${textField(
          {
            id: 'email',
            label: 'L’adresse e-mail de votre inscription',
            type: 'email',
            inputmode: 'email',
            autocomplete: 'email',
            limit: 254,
            required: true,
          },
          { values: { email: this.email }, errors: this.errors },
        )}
        <div class="actions">
          <button class="button" aria-disabled=${this.busy ? 'true' : nothing}>Recevoir mon lien</button>
        </div>
        <p role="status">${this.working ? WORKING : ''}</p>
      </form>`;
  }

  private async submit(event: Event) {
    event.preventDefault();
    this.email = plainEmail(read(event.currentTarget as HTMLFormElement)['email'] ?? '');
    const wrong = checkEmail(this.email, 'Saisissez votre adresse e-mail.');
    if (wrong) return this.show(wrong);
    if (this.busy || !this.tap(this.email)) return;
    this.busy = true;
    try {
      await sendLinks(this.email, (busy) => void (this.working = busy));
      this.errors = {};
      this.sent = true;
      this.name('Regardez vos e-mails');
      void this.toTop();
    } catch (error) {
      this.show(
        error instanceof Problem
          ? (error.fields['email'] ?? error.detail)
          : 'Le réseau ne répond pas : rien n’a été envoyé. Réessayez dans un moment.',
      );
    } finally {
      this.busy = false;
    }
  }

  private show(text: string) {
    this.errors = { email: text };
    this.name('Retrouver mon dossier', true);
    void this.updateComplete.then(() => focusSummary(this));
  }

  private readonly again = () => {
    this.sent = false;
    this.email = '';
    this.name('Retrouver mon dossier');
    void this.toTop();
  };
}

customElements.define('ec-lost', Lost);
