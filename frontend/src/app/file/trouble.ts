import { html, notice } from '../page.js';
import type { File } from './file.js';

export function troubleScreen(at: File) {
  const again = html`<p class="actions">
    <button class="button" type="button" @click=${at.open}>Réessayer</button>
  </p>`;
  switch (at.trouble) {
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

export function farewell() {
  return html`<h1>Votre dossier est effacé</h1>
    <p>Il ne reste rien de lui sur cet appareil. Les liens de nos e-mails ne l’ouvrent plus.</p>
    <p class="actions"><a class="button" href="/">Voir les sessions</a></p>`;
}
