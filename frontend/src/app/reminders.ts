import { NetworkError, stopReminders } from './api.js';
import { html, notice, onceASecond, Page } from './page.js';
import './core.js';

/** Stops the reminders of one file, by the link `/rappels/#<id>.<token>` of an e-mail: on a tap, never on opening. */
class Reminders extends Page {
  static override properties = { state: { state: true } };
  declare state: '' | 'done' | 'network' | 'refused';
  private readonly tap = onceASecond();

  constructor() {
    super();
    this.state = '';
  }

  protected override render() {
    const [, id, token] = /^#([^.]+)\.(.+)$/.exec(location.hash) ?? [];
    if (!id || !token || this.state === 'refused')
      return html`<h1>Ne plus recevoir de rappels</h1>
        <p>Ce lien n’est pas complet, ou il a expiré. Ouvrez-le depuis notre e-mail.</p>`;
    if (this.state === 'done')
      return html`<h1>C’est fait : plus de rappels</h1>
        <p>
          Vous recevrez seulement ce qui change votre inscription : place offerte, session déplacée ou annulée. Votre
          place reste réservée.
        </p>`;
    return html`<h1>Ne plus recevoir de rappels ?</h1>
      ${this.state === 'network' ? notice('warm', 'Le réseau ne répond pas. Réessayez dans un moment.', 'offline') : ''}
      <p>
        Votre inscription ne change pas. Vous recevrez encore ce qui la concerne directement : place offerte, session
        déplacée ou annulée.
      </p>
      <p class="actions">
        <button class="button" type="button" @click=${() => this.stop(id, token)}>Arrêter les rappels</button>
      </p>`;
  }

  private async stop(id: string, token: string) {
    if (!this.tap()) return;
    try {
      await stopReminders(id, token);
      this.state = 'done';
      void this.toTop();
    } catch (error) {
      this.state = error instanceof NetworkError ? 'network' : 'refused';
    }
  }
}

customElements.define('ec-reminders', Reminders);
