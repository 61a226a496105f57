/** Withdrawing from the personal contract (Code de la consommation, L221-21): seen during the whole period, in two taps. */
import type { Enrolment, Withdrawal } from '../contract.js';
import { sayInstant, sayLongDay } from '../french.js';
import { html, nothing, notice } from '../page.js';
import type { File } from './file.js';

/** By the clock too: a kept file may be old. */
export const canWithdraw = ({ withdrawal: w }: Enrolment, now = Date.now()) =>
  w?.lastDay !== undefined && now <= Date.parse(w.lastDay);

export function withdrawNotice(at: File, file: Enrolment) {
  const w = file.withdrawal;
  if (w?.at && w.keepsSeat) return notice('plain', html`<p>${renounced(w)}</p>`);
  if (!w || !canWithdraw(file)) return nothing;
  const last = sayLongDay(w.lastDay!);
  return notice(
    'plain',
    html`<p>
        ${
          w.keepsSeat
            ? `Vous avez signé le contrat n° ${w.contract}, et il vaut toujours. Vous pouvez y renoncer jusqu’au ${last} inclus, sans donner de raison et sans rien devoir. Votre inscription ne change pas.`
            : `Vous pouvez renoncer à votre contrat jusqu’au ${last} inclus, sans donner de raison et sans rien devoir.`
        }
      </p>
      <p>${withdrawLink(at)}</p>`,
  );
}

export const withdrawLink = (at: File) =>
  html`<a
    class="button quiet"
    href="/dossier/?vue=renoncer${location.hash}"
    @click=${(e: Event) => (e.preventDefault(), at.go('renoncer'))}
    >Renoncer au contrat ici</a
  >`;

export function withdraw(at: File, file: Enrolment) {
  const w = file.withdrawal;
  if (w?.at) return html`<p>${renounced(w)}</p>`;
  if (!canWithdraw(file))
    return html`<p>Il n’y a pas de contrat à quoi renoncer, ou le délai est passé. Appelez-nous.</p>`;
  const person = file.person!;
  return html`<p>
      En confirmant, vous déclarez renoncer à ce contrat. Vous ne devez rien, et vous n’avez pas de raison à donner.
      ${seat(file)}
    </p>
    <dl class="answers">
      ${row('Contrat', `n° ${w!.contract}`)} ${row('Formation', file.session.formation.title)}
      ${row('Nom', `${person.firstName} ${person.lastName}`)} ${row('Accusé de réception envoyé à', person.email)}
    </dl>
    <div class="actions">
      <button
        class="button danger"
        type="button"
        aria-disabled=${at.busy ? 'true' : nothing}
        @click=${() => at.act(() => at.api!.withdraw(), 'C’est fait : l’accusé de réception part par e-mail.', '')}
      >
        Confirmer la rétractation
      </button>
      <button class="button quiet" type="button" @click=${() => at.go('')}>Garder mon contrat</button>
    </div>`;
}

const renounced = (w: Withdrawal) =>
  `Vous avez renoncé au contrat n° ${w.contract} ${sayInstant(w.at!)}, heure de Paris. Vous ne devez rien pour ce contrat.`;

/** What becomes of the registration. */
function seat({ status, withdrawal }: Enrolment) {
  if (status === 'cancelled' || status === 'expired') return nothing;
  return withdrawal!.keepsSeat
    ? 'Votre inscription ne change pas : ce contrat ne la paie plus.'
    : 'Votre place est rendue : elle est proposée à la personne suivante, s’il y en a une.';
}

const row = (name: string, value: string) =>
  html`<div>
    <dt>${name}</dt>
    <dd class="break">${value}</dd>
  </div>`;
