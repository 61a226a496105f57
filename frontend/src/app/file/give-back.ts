import type { Enrolment } from '../contract.js';
import { html, nothing, notice } from '../page.js';
import type { File } from './file.js';
import { sayLongDay } from '../french.js';
import { inVain, isAside } from './status.js';
import { canWithdraw, withdrawLink } from './withdraw.js';

export function giveBackTitle(file: Enrolment) {
  if (isAside(file)) return 'Retirer votre demande ?';
  if (file.status === 'waiting') return 'Quitter la liste d’attente ?';
  return file.status === 'offered' ? 'Refuser la place proposée ?' : 'Rendre votre place ?';
}

export function giveBack(at: File, file: Enrolment) {
  const [text, label] = isAside(file)
    ? ['Elle n’a encore ni place ni rang. Vous pourrez vous inscrire de nouveau.', 'Retirer ma demande']
    : file.status === 'waiting'
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
    ${dife} ${canWithdraw(file) ? rightToWithdraw(at, file) : nothing}
    <div class="actions">
      <button
        class="button danger"
        type="button"
        @click=${() => at.act(() => at.api!.cancel(), 'C’est fait. Merci de nous avoir prévenus.', '')}
      >
        ${label}
      </button>
      <button class="button quiet" type="button" @click=${() => at.go('')}>
        ${isAside(file) ? 'Garder ma demande' : inVain(file) ? 'Garder mon dossier' : file.status === 'waiting' ? 'Rester sur la liste' : 'Garder ma place'}
      </button>
    </div>`;
}

/** Giving the seat back leaves the contract as it is: whoever signed one has a stronger right. */
const rightToWithdraw = (at: File, file: Enrolment) =>
  notice(
    'warm',
    html`<p>
        <strong>Vous avez signé un contrat.</strong> Rendre la place ne l’annule pas. Jusqu’au
        ${sayLongDay(file.withdrawal!.lastDay!)} inclus, vous pouvez y renoncer sans rien
        devoir${file.withdrawal!.keepsSeat ? '.' : ' : votre place est rendue en même temps.'}
      </p>
      <p>${withdrawLink(at)}</p>`,
  );
