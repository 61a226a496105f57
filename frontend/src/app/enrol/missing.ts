import { html, notice } from '../page.js';
import type { Enrol } from './enrol.js';

export function missingScreen(at: Enrol) {
  if (at.missing === 'network')
    return html`<h1>Pas de réseau</h1>
      ${notice('warm', 'La session n’a pas pu être chargée. Vos réponses, s’il y en a, restent gardées dans cet onglet.', 'offline')}
      <button class="button" type="button" @click=${() => location.reload()}>Réessayer</button>`;
  if (at.done)
    return html`<h1>Votre inscription est enregistrée</h1>
      <p>Elle est partie : il n’y a plus rien à remplir ici.</p>
      <p class="actions">
        <button class="button" type="button" @click=${() => at.go('fin')}>Revoir la confirmation</button>
      </p>
      <p><a href="/">Voir les autres sessions</a></p>`;
  return html`<h1>Choisissez d’abord une session</h1>
    <p>
      Cet onglet n’a pas d’inscription en cours. Si vous venez de vous inscrire, tout est dans l’e-mail que nous vous
      avons envoyé.
    </p>
    <p class="actions"><a class="button" href="/">Voir les sessions</a></p>
    <p><a class="alone" href="/lien-perdu/">Retrouver mon dossier</a></p>`;
}
