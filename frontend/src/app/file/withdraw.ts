/** Withdrawing from the personal contract (Code de la consommation, L221-21): seen during the whole period, in two taps. */
import type { Enrolment } from '../contract.js';
import { sayInstant, sayLongDay } from '../french.js';
import { html, nothing, notice } from '../page.js';
import type { File } from './file.js';

/** By the clock too: a kept file may be old. */
export const canWithdraw = ({ withdrawal: w }: Enrolment, now = Date.now()) =>
  w?.lastDay !== undefined && now <= Date.parse(w.lastDay);

export function withdrawNotice(at: File, file: Enrolment) {
  if (!canWithdraw(file)) return nothing;
  return notice(
    'plain',
    html`<p>
        Vous pouvez renoncer à votre contrat jusqu’au ${sayLongDay(file.withdrawal!.lastDay!)} inclus, sans donner de
        raison et sans rien devoir.
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
  if (w?.at) return html`<p>Vous avez renoncé au contrat n° ${w.contract} ${sayInstant(w.at)}.</p>`;
  if (!canWithdraw(file))
    return html`<p>Il n’y a pas de contrat à quoi renoncer, ou le délai est passé. Appelez-nous.</p>`;
  const person = file.person!;
  return html`<p>
      En confirmant, vous déclarez renoncer à ce contrat. Vous ne devez rien, et vous n’avez pas de raison à donner.
      ${file.status === 'cancelled' ? nothing : 'Votre place est rendue : elle est proposée à la personne suivante, s’il y en a une.'}
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

const row = (name: string, value: string) =>
  html`<div>
    <dt>${name}</dt>
    <dd class="break">${value}</dd>
  </div>`;
